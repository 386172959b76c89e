using System.Runtime.InteropServices;
using Rialto.Server.Commands;

using var cancel = new CancellationTokenSource();
using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
return await RialtoCommand.RunAsync(args, new CommandEnvironment(new ProcessConsole(), Environment.CurrentDirectory), cancel.Token);

void Stop(PosixSignalContext context)
{
    // The first signal stops in good order; a second one of the kind ends the process as it would by default.
    if (!cancel.IsCancellationRequested)
        context.Cancel = true;
    cancel.Cancel();
}
