using Rialto.Net;

namespace Rialto.Server.Operations;

/// <summary>What commands can change in a server that runs.</summary>
public sealed record RunningServer(LogLevels Levels, TranscriptRecorder Transcripts);
