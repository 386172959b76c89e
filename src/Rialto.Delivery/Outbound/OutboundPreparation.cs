// RFC 6376 (DKIM) and RFC 8617 (ARC), by the filter; RFC 7208 2.4 (whose name a sender's path bears).
using System.Buffers;
using System.Text;
using Microsoft.Extensions.Logging;
using Rialto.Content.Mime;
using Rialto.Directory;
using Rialto.Store.Backend;

namespace Rialto.Delivery;

/// <summary>What is done to a message that leaves the organisation: the sender's path, the organisation's text below it, and then the filter's word and signature.</summary>
internal sealed class OutboundPreparation(IBlobStore blobs, DirectoryService directory, Rspamd? filter, TimeProvider time, ILogger logger)
{
    /// <summary>The job as it is to be sent; null when it was answered already.</summary>
    public async ValueTask<OutboundJob?> PrepareAsync(OutboundJob job, Account? submitter, CancellationToken cancel)
    {
        var snapshot = directory.Current;
        var message = job.Message;
        job = job with { Sender = SenderRewriting.Rewrite(snapshot, message.Sender, submitter?.PrimaryAddress ?? "", time.GetUtcNow()) };
        // What is only passed on keeps its words.
        var disclaimers = submitter is not null && snapshot.Organisation is { Disclaimers: { IsEmpty: false } rules } && snapshot.FindByAddress(message.Sender) is not null
            ? rules.Where(d => d.Sender is not { } only || snapshot.Includes([only], submitter)).ToList()
            : [];
        if (disclaimers.Count == 0 && filter is not { Options.Outgoing: true }) return job;

        using var lease = await blobs.OpenAsync(message.Content, cancel);
        var content = lease.Memory;
        foreach (var disclaimer in disclaimers) content = BodyAppender.Append(content, disclaimer.Text, disclaimer.Html) ?? content;
        if (!content.Equals(lease.Memory)) job = job with { Message = message with { Content = await blobs.WriteAsync(new ReadOnlySequence<byte>(content), cancel) } };
        if (filter is not { Options.Outgoing: true }) return job;

        var request = new FilterRequest(message.Id, job.Sender, [.. job.Recipients.Select(r => r.Address)], submitter?.PrimaryAddress ?? "", null, "");
        var verdict = await filter.JudgeAsync(request, RuleMail.WithoutReturnPath(content), cancel);
        if (verdict.Action == FilterAction.Accept) return job with { Prefix = Encoding.ASCII.GetBytes(verdict.Fields) };
        DeliveryLog.FilterRefused(logger, message.Id, verdict.Reason);
        var status = verdict.Action == FilterAction.Reject
            ? new DeliveryStatus(550, "5.7.1", verdict.Reason.Length > 0 ? verdict.Reason : "The mail filter takes the message for spam.")
            : new DeliveryStatus(451, "4.7.1", verdict.Reason.Length > 0 ? verdict.Reason : "The mail filter wants the message to wait.");
        job.Answer([.. job.Recipients.Select(r => new OutboundResult(r, status))]);
        return null;
    }
}
