using Rialto.Testing;

namespace Rialto.Interop;

/// <summary>Evolution (Debian's, without a screen) finds the server by nothing but an address: its own search, which its account assistant runs, called in its library.</summary>
public class EvolutionDiscoveryTests
{
    private const string Search = """
        import ctypes, glob, sys
        class Failure(ctypes.Structure):
            _fields_ = [('domain', ctypes.c_uint32), ('code', ctypes.c_int), ('message', ctypes.c_char_p)]
        failure = ctypes.POINTER(Failure)()
        def made(function, *arguments):
            function.restype = ctypes.c_void_p
            result = function(*arguments, ctypes.byref(failure))
            return ctypes.c_void_p(result) if result else sys.exit(failure.contents.message.decode())
        server = ctypes.CDLL(glob.glob('/usr/lib/x86_64-linux-gnu/libedataserver-1.2.so.*')[0], ctypes.RTLD_GLOBAL)
        mail = ctypes.CDLL('/usr/lib/evolution/libevolution-mail.so.0', ctypes.RTLD_GLOBAL)
        registry = made(server.e_source_registry_new_sync, None)
        mail.e_mail_autoconfig_dump_results(made(mail.e_mail_autoconfig_new_sync, registry, b'user1@example.com', None, None))
        """;

    [ProgramFact("unshare", "ip", "nsd", "dbus-run-session", "/usr/bin/python3", "/usr/lib/evolution/libevolution-mail.so.0")]
    public async Task It_finds_the_mail_servers_by_an_address()
    {
        using var files = new TempDirectory();
        await File.WriteAllTextAsync(files.File("search.py"), Search);
        var output = await DiscoveryTests.RunAsync(
            """
            # The server's authority in place of the system's, for this network alone.
            mount --bind $dir/data/certificate-authority.pem /etc/ssl/certs/ca-certificates.crt
            HOME=$dir timeout 120 dbus-run-session -- /usr/bin/python3 $dir/search.py 2> $dir/evolution.log || { cat $dir/evolution.log >&2; exit 1; }
            """,
            files);
        output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(l => !l.StartsWith("Results", StringComparison.Ordinal)).ShouldBe(
        [
            "IMAP: user1@example.com@mail.example.com:143",
            "POP3: user1@example.com@mail.example.com:110",
            "SMTP: user1@example.com@mail.example.com:587",
        ]);
    }
}
