# Sourced by run and test: puts in place what they need, through the system's package manager where it is absent.

say() { printf '%s\n' "$*" >&2; }

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"
    elif command -v sudo >/dev/null 2>&1; then sudo "$@"
    else say "This needs root: $*"; return 1
    fi
}

apt_updated=
# apt_install [OPTION…] PACKAGE…   in one call; what the package sources do not have is named and left out, and the call fails at its end
apt_install() {
    command -v apt-get >/dev/null 2>&1 || { say "Please install: $*  (no apt-get here)"; return 1; }
    if [ -z "$apt_updated" ]; then
        as_root apt-get update -qq >/dev/null 2>&1 || true
        apt_updated=1
    fi
    local options=() packages=() absent=() item
    for item in "$@"; do
        case "$item" in
            -*) options+=("$item") ;;
            *) if apt-cache show --no-all-versions "$item" >/dev/null 2>&1; then packages+=("$item"); else absent+=("$item"); fi ;;
        esac
    done
    [ ${#absent[@]} -eq 0 ] || say "Not to be had here: ${absent[*]}"
    [ ${#packages[@]} -eq 0 ] || as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "${options[@]}" "${packages[@]}" >/dev/null || return
    [ ${#absent[@]} -eq 0 ]
}

# need_packages [OPTION…] PACKAGE:PROBE …   where PROBE is a command, a file, or a shared library's name; OPTION is apt-get's
need_packages() {
    local options=() missing=() item package probe
    for item in "$@"; do
        case "$item" in -*) options+=("$item"); continue ;; esac
        package=${item%%:*}
        probe=${item#*:}
        case "$probe" in
            /*) [ -e "$probe" ] || missing+=("$package") ;;
            *.so.*) ldconfig -p 2>/dev/null | grep "$probe" >/dev/null || missing+=("$package") ;;
            *) command -v "$probe" >/dev/null 2>&1 || missing+=("$package") ;;
        esac
    done
    [ ${#missing[@]} -eq 0 ] && return 0
    say "Installing ${missing[*]}…"
    apt_install "${options[@]}" "${missing[@]}"
}

need_dotnet() {
    export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
    if command -v dotnet >/dev/null 2>&1 && dotnet --list-sdks 2>/dev/null | grep -q '^10\.'; then return 0; fi
    if [ -x "$HOME/.dotnet/dotnet" ] && "$HOME/.dotnet/dotnet" --list-sdks | grep -q '^10\.'; then
        export PATH="$HOME/.dotnet:$PATH" DOTNET_ROOT="$HOME/.dotnet"
        return 0
    fi
    say 'Installing the .NET 10 SDK…'
    if apt_install dotnet-sdk-10.0 2>/dev/null; then return 0; fi
    need_packages curl:curl ca-certificates:/etc/ssl/certs/ca-certificates.crt libicu72:libicuuc.so.72 || true
    curl -fsSL https://dot.net/v1/dotnet-install.sh | bash -s -- --channel 10.0 --install-dir "$HOME/.dotnet" >&2
    export PATH="$HOME/.dotnet:$PATH" DOTNET_ROOT="$HOME/.dotnet"
}

# The processor as .NET names it.
machine() { case "$(uname -m)" in aarch64 | arm64) echo arm64 ;; *) echo x64 ;; esac; }

# newer_than_sources FILE   whether FILE was made after every source it comes from
newer_than_sources() {
    [ -e "$1" ] || return 1
    [ -z "$(find src eng Directory.*.props Directory.Build.targets -newer "$1" -type f -not -path '*/obj/*' -print -quit)" ]
}
