namespace Rialto.Server.Hosting;

/// <summary>Where a running server leaves what others need to find it (under DIR/run), and what it writes down.</summary>
internal static class RuntimePaths
{
    public static string Run(string data) => Path.Combine(data, "run");

    public static string ControlSocket(string data) => Path.Combine(data, "run", "control.sock");

    public static string Endpoints(string data) => Path.Combine(data, "run", "endpoints.json");

    /// <summary>The message trace.</summary>
    public static string Trace(Configuration.RialtoOptions options) => Path.GetFullPath(options.Trace.Directory, options.Data);

    /// <summary>Transcripts of conversations.</summary>
    public static string Transcripts(string data) => Path.Combine(data, "trace");

    public static string Pid(string data) => Path.Combine(data, "run", "rialto.pid");
}
