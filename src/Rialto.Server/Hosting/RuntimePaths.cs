namespace Rialto.Server.Hosting;

/// <summary>Where a running server leaves what others need to find it. All under DIR/run.</summary>
internal static class RuntimePaths
{
    public static string Run(string data) => Path.Combine(data, "run");

    public static string ControlSocket(string data) => Path.Combine(data, "run", "control.sock");

    public static string Endpoints(string data) => Path.Combine(data, "run", "endpoints.json");

    public static string Pid(string data) => Path.Combine(data, "run", "rialto.pid");
}
