// RFC 5321 4.5.4.1 (sending strategy: connections, resting), 5.1 (hosts in order).
using System.Net;
using Rialto.Delivery;

namespace Rialto.Smtp.Client;

/// <summary>
/// One destination: what waits for it, and the connections that carry it there. The first connection shows whether it can be reached at all; once one is up, further ones are
/// opened while mail waits. A destination that cannot be reached rests, and what comes for it meanwhile is told so at once.
/// </summary>
internal sealed class Destination(string key, string name, TlsDemand demand, OutboundRelay relay)
{
    /// <summary>Connections that may be lost over one message before it waits: a second server may fare better, a third will not.</summary>
    private const int MaximumLosses = 2;

    private readonly Lock gate = new();
    private readonly LinkedList<OutboundUnit> waiting = new();
    private readonly LinkedList<TaskCompletionSource<bool>> idle = new();
    private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int pending;
    private int workers;
    private int connected;
    private int failures;
    private DateTimeOffset restUntil;
    private DeliveryStatus? restStatus;
    private bool gone;

    /// <summary>Done when no connection is left after the relay began to stop.</summary>
    public Task Ended
    {
        get
        {
            lock (gate) return workers == 0 ? Task.CompletedTask : ended.Task;
        }
    }

    /// <summary>Takes a unit; false when the destination has been given up meanwhile.</summary>
    public bool TryAdd(OutboundUnit unit)
    {
        OutboundResult? refusal = null;
        TaskCompletionSource<bool>? woken = null;
        var starts = false;
        lock (gate)
        {
            if (gone) return false;
            if (restStatus is not null && restUntil > relay.Time.GetUtcNow())
            {
                refusal = new(unit.Recipients[0], restStatus);
            }
            else if (pending + unit.Recipients.Count > relay.Options.MaximumPendingPerDestination)
            {
                refusal = new(unit.Recipients[0], new(451, "4.3.1", "Too much mail waits for the destination at the moment."), IsPostponed: true);
            }
            else
            {
                pending += unit.Recipients.Count;
                waiting.AddLast(unit);
                woken = idle.First?.Value;
                if (woken is not null) idle.RemoveFirst();
                else starts = StartsWorker();
                if (starts) workers++;
            }
        }

        if (refusal is not null) relay.Answer(unit, (r, _) => refusal with { Recipient = r });
        woken?.TrySetResult(true);
        if (starts) _ = Task.Run(WorkAsync);
        return true;
    }

    public void EndRest()
    {
        lock (gate) restUntil = default;
    }

    /// <summary>Gives a destination up that nothing waits for and that need not rest any more.</summary>
    public bool TryRetire()
    {
        lock (gate) return gone |= workers == 0 && waiting.Count == 0 && restUntil <= relay.Time.GetUtcNow();
    }

    /// <summary>Asked under the lock. While the first connection is being made, no second one is tried.</summary>
    /// <param name="begun">Connections that are about to take what waits, and are neither idle nor sending yet.</param>
    private bool StartsWorker(int begun = 0) =>
        !relay.Drain.IsCancellationRequested && waiting.Count > 0
        && (workers == 0 || (workers == connected && workers < relay.Options.ConnectionsPerDestination && waiting.Count > idle.Count + begun));

    private async Task WorkAsync()
    {
        // A destination that is unreachable costs seconds of waiting and no thread.
        var holdsSlot = false;
        try
        {
            await relay.Connections.WaitAsync(relay.Drain);
            holdsSlot = true;
            while (!relay.Drain.IsCancellationRequested && await ConverseAsync())
            {
            }
        }
        catch (OperationCanceledException) when (relay.Drain.IsCancellationRequested)
        {
            // Stopping; what waits comes back with its lease.
        }
        catch (Exception e)
        {
            ClientLog.Unexpected(relay.Logger, e, name);
            Rest(new(451, "4.3.0", "Sending failed for a reason of this server's own."));
        }
        finally
        {
            if (holdsSlot) relay.Connections.Release();
            Leave();
        }
    }

    private void Leave()
    {
        var again = false;
        lock (gate)
        {
            workers--;
            again = waiting.Count > 0 && workers == 0 && !relay.Drain.IsCancellationRequested;
            if (again) workers++;
            else if (workers == 0)
            {
                ended.TrySetResult();
                gone = waiting.Count == 0 && restStatus is null;
            }
        }

        if (again) _ = Task.Run(WorkAsync);
        else if (gone) relay.Forget(key, this);
    }

    /// <summary>One connection from its beginning to its end. True when there is need of another.</summary>
    private async Task<bool> ConverseAsync()
    {
        string domain;
        lock (gate)
        {
            if (waiting.First is not { } first) return false;
            domain = first.Value.Domain;
        }

        var (session, failure) = await ConnectAsync(domain);
        if (session is null)
        {
            Rest(failure!);
            return false;
        }

        await using (session)
        {
            Connected(1);
            try
            {
                return await UseAsync(session);
            }
            finally
            {
                Connected(-1);
            }
        }
    }

    private void Connected(int change)
    {
        var starts = false;
        lock (gate)
        {
            connected += change;
            if (change > 0)
            {
                failures = 0;
                restStatus = null;
                starts = StartsWorker(begun: 1);
                if (starts) workers++;
            }
        }

        if (starts) _ = Task.Run(WorkAsync);
    }

    private async Task<bool> UseAsync(ClientSession session)
    {
        var most = session.Features.MaximumTransactions is > 0 and var limit ? Math.Min(limit, relay.Options.MessagesPerConnection) : relay.Options.MessagesPerConnection;
        while (!relay.Drain.IsCancellationRequested)
        {
            if (session.IsSpent) return true;
            if (session.Messages >= most)
            {
                await session.QuitAsync();
                return true;
            }

            if (await TakeAsync(session) is not { } taken)
            {
                await session.QuitAsync();
                return false;
            }

            var unit = taken;
            if (session.Features.MaximumDomains > 0)
            {
                // RFC 9422: so many domains over one connection. The rest goes over the next, which this one gives way to.
                var (fitting, rest) = unit.Divide(r => session.MayName(OutboundRelay.DomainOf(r.Address) ?? ""));
                if (rest is not null) Return(rest);
                if (fitting is null)
                {
                    await session.QuitAsync();
                    return true;
                }

                unit = fitting;
            }

            if (session.Features.MaximumRecipients is > 0 and var room && unit.Recipients.Count > room)
            {
                // 4.2: so many in one transaction. The rest is the next one, over whichever connection is free.
                var (some, others) = unit.Divide(_ => room-- > 0);
                Return(others!);
                unit = some!;
            }

            if (!await SendAsync(session, unit)) return true;
        }

        await session.QuitAsync();
        return false;
    }

    /// <summary>The next unit; null when none has come for a while.</summary>
    private async ValueTask<OutboundUnit?> TakeAsync(ClientSession session)
    {
        while (true)
        {
            TaskCompletionSource<bool> wake;
            lock (gate)
            {
                if (TryTake(out var unit)) return unit;
                wake = new(TaskCreationOptions.RunContinuationsAsynchronously);
                idle.AddLast(wake);
            }

            session.Link.Rest();
            try
            {
                await wake.Task.WaitAsync(relay.Options.IdleTime, relay.Time, relay.Drain);
            }
            catch (Exception e) when (e is TimeoutException or OperationCanceledException)
            {
                lock (gate)
                {
                    // What came at the very last moment was given to this connection.
                    idle.Remove(wake);
                    return !relay.Drain.IsCancellationRequested && TryTake(out var unit) ? unit : null;
                }
            }
        }
    }

    private bool TryTake(out OutboundUnit unit)
    {
        unit = waiting.First?.Value!;
        if (unit is null) return false;
        waiting.RemoveFirst();
        return true;
    }

    /// <summary>False when the connection is of no more use.</summary>
    private async Task<bool> SendAsync(ClientSession session, OutboundUnit unit)
    {
        try
        {
            if (session.Messages > 0 && session.Link.HasUnexpectedInput) throw new LinkException("4.4.2", "The server closed the idle connection.");
            OutgoingContent content;
            try
            {
                content = await OutgoingContent.OpenAsync(relay.Blobs, unit.Job.Message.Content, unit.Job.Prefix, relay.Stop);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                ClientLog.Unexpected(relay.Logger, e, name);
                Answer(unit, static (r, _) => new(r, new(451, "4.3.0", "The message cannot be read at the moment.")));
                return true;
            }

            using (content)
            {
                var result = await session.SendAsync(unit.Job, unit.Recipients, content, relay.Time.GetUtcNow());
                Answer(unit, (r, i) => new(r, result.Statuses[i], session.Server, result.TakesNotifications, session.Features.DeliverBy));
            }

            return true;
        }
        catch (LinkException e)
        {
            if (e.Status.Code != "4.4.2" || session.Messages == 0) ClientLog.ServerFailed(relay.Logger, name, session.Server, session.EndPoint.ToString(), e.Status);
            // A connection that the other side closed while it was idle says nothing of the message.
            if (session.Messages == 0 || ++unit.Losses < MaximumLosses)
            {
                if (session.Messages == 0) unit.Losses++;
                Return(unit);
            }
            else
            {
                Answer(unit, (r, _) => new(r, e.Status, session.Server));
            }

            return false;
        }
    }

    private void Return(OutboundUnit unit)
    {
        lock (gate) waiting.AddFirst(unit);
    }

    private void Answer(OutboundUnit unit, Func<QueuedRecipient, int, OutboundResult> result)
    {
        lock (gate) pending -= unit.Recipients.Count;
        relay.Answer(unit, result);
    }

    /// <summary>Nobody could be reached: everything that waits is told so, and so is what comes for a while.</summary>
    private void Rest(DeliveryStatus status)
    {
        OutboundUnit[] told;
        TimeSpan rest;
        lock (gate)
        {
            // Another connection is up: only this one failed, and what waits is for the others.
            if (connected > 0) return;
            told = [.. waiting];
            waiting.Clear();
            failures = Math.Min(failures + 1, 20);
            rest = TimeSpan.FromTicks((long)Math.Min(relay.Options.LongestRest.Ticks, relay.Options.FirstRest.Ticks * Math.Pow(2, failures - 1)));
            if (!status.IsPermanentFailure)
            {
                restStatus = status;
                restUntil = relay.Time.GetUtcNow() + rest;
            }
        }

        if (!status.IsPermanentFailure) ClientLog.Rests(relay.Logger, name, rest, told.Sum(u => u.Recipients.Count), status);
        foreach (var unit in told) Answer(unit, (r, _) => new(r, status));
    }

    /// <summary>A conversation with the first host that takes mail, or why there is none.</summary>
    private async Task<(ClientSession? Session, DeliveryStatus? Failure)> ConnectAsync(string domain)
    {
        var route = await relay.Routes.FindAsync(name, relay.Drain);
        if (route.Failure is not null) return (null, route.Failure);
        DeliveryStatus? failure = null;
        var tried = 0;
        var later = new List<(MailHost Host, IPEndPoint EndPoint, TlsPlan Plan)>();
        foreach (var host in route.Hosts)
        {
            var (endPoints, authentic) = await relay.Routes.AddressesAsync(host, relay.Drain);
            if (endPoints is null or [])
            {
                failure ??= endPoints is null ? new(451, "4.4.3", $"The address of {host.Name} cannot be looked up at the moment.")
                    : route.IsByMx && host.Name == domain ? new(550, "5.1.2", "The recipient's domain has neither mail servers nor an address.")
                    : new(451, "4.4.4", $"{host.Name} has no address.");
                continue;
            }

            var (plan, refusal) = await relay.Tls.ForAsync(domain, route, host, authentic, demand, relay.Drain);
            if (plan is null)
            {
                failure = refusal;
                continue;
            }

            foreach (var endPoint in endPoints)
            {
                if (IsDown(endPoint))
                {
                    later.Add((host, endPoint, plan));
                    continue;
                }

                if (tried++ >= relay.Options.MaximumAddresses) break;
                var (session, status) = await TryAsync(route, host, endPoint, plan);
                if (session is not null) return (session, null);
                failure = status;
            }
        }

        // What failed a moment ago comes last.
        foreach (var (host, endPoint, plan) in later)
        {
            if (tried++ >= relay.Options.MaximumAddresses) break;
            var (session, status) = await TryAsync(route, host, endPoint, plan);
            if (session is not null) return (session, null);
            failure = status;
        }

        return (null, failure ?? new(451, "4.4.1", "No server of the recipient's domain answered."));
    }

    private async Task<(ClientSession? Session, DeliveryStatus? Failure)> TryAsync(MailRoute route, MailHost host, IPEndPoint endPoint, TlsPlan plan)
    {
        var lost = false;
        for (var withTls = plan.Required || !relay.Tls.IsBroken(endPoint); ; withTls = false)
        {
            ClientSession? session = null;
            try
            {
                session = new(await SmtpLink.ConnectAsync(endPoint, relay.From, relay.Options.ConnectTimeout, relay.Stop), host.Name, endPoint, relay.Options);
                await session.BeginAsync(relay.HostName, withTls ? plan : TlsPlan.Off, route.IsSmartHost ? relay.Credentials : null);
                relay.Down.TryRemove(endPoint, out _);
                if (demand == TlsDemand.Required && !session.Features.RequireTls)
                {
                    await session.QuitAsync();
                    await session.DisposeAsync();
                    return (null, new(550, "5.7.30", $"{host.Name}: The message requires TLS all the way, and the server does not promise that."));
                }

                // The session that lost TLS was counted when it did.
                if (!lost) NoteTls(session, plan, host, session.Link.IsTls ? plan.Finding.Type : withTls ? TlsFinding.NotSupported : TlsFinding.Invalid, "");
                ClientLog.Connected(relay.Logger, name, host.Name, endPoint.ToString(), session.Link.TlsDescription, plan.Description);
                return (session, null);
            }
            catch (TlsLostException e)
            {
                await session!.DisposeAsync();
                lost = true;
                NoteTls(session, plan, host, plan.Finding.Type ?? TlsFinding.Invalid, e.Status.Text);
                ClientLog.TlsLost(relay.Logger, name, host.Name, endPoint.ToString(), e.Status);
                relay.Tls.SetBroken(endPoint);
            }
            catch (LinkException e)
            {
                if (session is not null) await session.DisposeAsync();
                // A server that does not answer says nothing of its TLS.
                if (session is not null && e.Status.Code is "4.7.4" or "4.7.5") NoteTls(session!, plan, host, e.Status.Code == "4.7.4" ? TlsFinding.NotSupported : plan.Finding.Type ?? TlsFinding.Invalid, e.Status.Text);
                ClientLog.ServerFailed(relay.Logger, name, host.Name, endPoint.ToString(), e.Status);
                if (relay.Down.Count > 10_000) relay.Down.Clear();
                relay.Down[endPoint] = relay.Time.GetUtcNow() + relay.Options.FirstRest;
                return (null, e.Status with { Text = $"{host.Name}: {e.Status.Text}" });
            }
            catch
            {
                if (session is not null) await session.DisposeAsync();
                throw;
            }
        }
    }

    private void NoteTls(ClientSession session, TlsPlan plan, MailHost host, string? failure, string reason)
    {
        if (plan.Policy is { } policy) relay.Tls.Reports?.Note(name, policy, host.Name, session.EndPoint.Address, failure, reason, session.Link.OwnAddress);
    }

    private bool IsDown(IPEndPoint endPoint) => relay.Down.TryGetValue(endPoint, out var until) && until > relay.Time.GetUtcNow();
}
