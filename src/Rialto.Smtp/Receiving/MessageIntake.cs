// RFC 5321 4.1.1.4, 4.4, 6.3; RFC 6409 8; RFC 3030.
using System.Buffers;
using System.Text;
using Rialto.Content.Mime;
using Rialto.Delivery;
using Rialto.Smtp.Wire;
using Rialto.Store.Backend;

namespace Rialto.Smtp;

/// <summary>
/// A message on its way in: straight into the blob store behind its trace header, with nothing kept here but counters. What is wrong with it is
/// noted and told after its end, since SMTP has no earlier moment; from then on the rest is thrown away.
/// </summary>
internal sealed class MessageIntake : IContentSink, IAsyncDisposable
{
    /// <summary>Bytes after which the blob writer may go to the disk.</summary>
    private const int FlushEvery = 256 * 1024;

    /// <summary>Bytes of the header that are looked at for the trace: Message-ID and subject stand before that in all but strange mail.</summary>
    private const int MaximumHead = 16 * 1024;

    private readonly SmtpOptions options;
    private readonly MailTransaction transaction;
    private readonly SubmissionFields? additions;
    private readonly HeaderScanner header = new();
    private readonly OrganizationFields? organization;
    private readonly DataDecoder decoder;
    private IBlobWriter? writer;
    private SmtpReply? refusal;
    private readonly ArrayBufferWriter<byte>? head;
    private string addedMessageId = "";
    private long size;
    private int unflushed;
    private bool endsLine = true;

    /// <summary>Begins the message with its trace header.</summary>
    /// <param name="dots">DATA, where dots are stuffed; false for BDAT.</param>
    /// <param name="traced">Whether somebody wants to know its Message-ID and subject.</param>
    /// <param name="additions">What a submission gets where it lacks it; null for mail from outside, which gets nothing.</param>
    public MessageIntake(IBlobStore blobs, SmtpOptions options, MailTransaction transaction, MessageOrigin origin, ReadOnlySpan<byte> trace, bool dots, SubmissionFields? additions, bool traced = false)
    {
        if (traced) head = new(2_048);
        Origin = origin;
        this.options = options;
        this.transaction = transaction;
        this.additions = additions;
        decoder = new(dots, !transaction.BinaryMime && options.BareLineEndings == BareLineEndings.Normalise, transaction.BinaryMime || options.AllowLoneCarriageReturn, options.MaximumContentLine);
        // Nobody who comes by SMTP speaks for this organisation, whoever he is.
        if (!options.TrustOrganizationFields) organization = new(Put);
        Guarded(trace, static (intake, blobs, run) =>
        {
            intake.writer = blobs.CreateWriter();
            intake.writer.Write(run);
        }, blobs);
    }

    public MessageOrigin Origin { get; }

    /// <summary>Its envelope.</summary>
    public MailTransaction Transaction => transaction;

    /// <summary>Bytes of content so far, without the trace header.</summary>
    public long Size => size;

    /// <summary>Its Message-ID and its subject, decoded; empty where they are not there, or nobody wants to know.</summary>
    public (string MessageId, string Subject) Identify()
    {
        if (head is not { WrittenCount: > 0 }) return (addedMessageId, "");
        var root = MimeMessage.Parse(head.WrittenMemory).Root;
        var messageId = root.HasHeader(MimeHeaderId.MessageId) ? Encoding.Latin1.GetString(root.RawValue(MimeHeaderId.MessageId)).Trim() : addedMessageId;
        var subject = root.HasHeader(MimeHeaderId.Subject) ? HeaderText.Decode(root.RawValue(MimeHeaderId.Subject)).Trim() : "";
        return (Cut(messageId), Cut(subject));

        // A line of the trace is for finding a message, not for keeping it.
        static string Cut(string text) => text.Length <= 998 ? text : text[..998];
    }

    /// <summary>Why the message will be refused, known already; null while it looks good.</summary>
    public SmtpReply? Refusal => refusal;

    /// <summary>Whether so much was thrown away that waiting for the end is no use.</summary>
    public bool IsHopeless => size > options.MaximumMessageSize + options.MaximumDiscarded;

    /// <summary>Takes in input; true when the end of DATA was in it.</summary>
    public bool Feed(ReadOnlySpan<byte> input, out int consumed) => decoder.Decode(input, this, out consumed);

    /// <summary>Gives way to the disk now and then.</summary>
    public async ValueTask FlushAsync(CancellationToken cancel)
    {
        if (unflushed < FlushEvery || writer is null) return;
        unflushed = 0;
        try
        {
            await writer.FlushAsync(cancel);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            await RefuseAsync(SmtpReplies.From(e));
        }
    }

    /// <summary>Ends the message and puts it into the queue. 250 means that it is durable.</summary>
    public async ValueTask<SmtpReply> CompleteAsync(IMailQueueStorage queue, IncomingFilter? filter, CancellationToken cancel)
    {
        decoder.Finish(this);
        if (!header.Ended) organization?.End();
        AddMissingFields(header.Ended ? -1 : 0);
        var reply = Verdict();
        if (reply is not null) return reply;
        try
        {
            var content = await writer!.CompleteAsync(cancel);
            if (filter is not null)
            {
                (var refused, content) = await filter.JudgeAsync(Origin, transaction, content, cancel);
                if (refused is not null) return refused;
            }

            await queue.EnqueueAsync(
                new QueuedMessage
                {
                    Id = Origin.Id,
                    Content = content,
                    Sender = transaction.Sender,
                    Recipients = transaction.HoldUntil == 0 ? transaction.Recipients : transaction.Recipients.ConvertAll(r => r with { NextAttemptUtcTicks = transaction.HoldUntil }),
                    // What is held is tried for as long as other mail, once its time has come.
                    ReceivedUtcTicks = Math.Max(Origin.ReceivedUtcTicks, transaction.HoldUntil),
                    EnvelopeId = transaction.EnvelopeId,
                    Return = transaction.Return,
                    Submitter = Origin.Submitter,
                    SmtpUtf8 = transaction.SmtpUtf8,
                    EightBitMime = transaction.EightBitMime || transaction.BinaryMime,
                    DeliverBy = transaction.DeliverBy,
                    FutureRelease = transaction.FutureRelease,
                    Tls = transaction.RequiresTls ? TlsDemand.Required : header.WaivesTls ? TlsDemand.NotRequired : TlsDemand.Policy,
                },
                cancel);
            return SmtpReplies.Ok;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            return SmtpReplies.From(e);
        }
    }

    /// <inheritdoc/>
    void IContentSink.Write(ReadOnlySpan<byte> run)
    {
        size += run.Length;
        if (size > options.MaximumMessageSize) refusal ??= SmtpReplies.MessageTooLarge;
        if (refusal is not null) return;
        unflushed += run.Length;
        endsLine = run.EndsWith("\r\n"u8);
        if (header.Ended)
        {
            Put(run);
            return;
        }

        var end = header.Scan(run);
        if (head is { WrittenCount: < MaximumHead })
        {
            var seen = end < 0 ? run : run[..end];
            head.Write(seen.Length > MaximumHead ? seen[..MaximumHead] : seen);
        }

        // The header of octets is lines all the same: whoever reads it later must see the fields that were looked at here.
        if (transaction.BinaryMime && HasBareLineFeed(end < 0 ? run : run[..end])) refusal ??= SmtpReplies.BadLineEnds;
        if (header.ReceivedFields > options.MaximumReceivedFields) refusal = SmtpReplies.Loop;
        if (end < 0)
        {
            PutHeader(run);
            return;
        }

        PutHeader(run[..end]);
        organization?.End();
        AddMissingFields(1);
        Put(run[end..]);
    }

    public async ValueTask DisposeAsync()
    {
        if (writer is null) return;
        var abandoned = writer;
        writer = null;
        await abandoned.DisposeAsync();
    }

    private void PutHeader(ReadOnlySpan<byte> run)
    {
        if (organization is null) Put(run);
        else organization.Pass(run);
    }

    private void Put(ReadOnlySpan<byte> run) => Guarded(run, static (intake, _, bytes) => intake.writer?.Write(bytes), (IBlobStore?)null);

    /// <summary>The writer may fail at any moment (disk full); that is this message's end, not the session's.</summary>
    private void Guarded<TState>(ReadOnlySpan<byte> run, Write<TState> write, TState state)
    {
        if (refusal is not null || run.IsEmpty) return;
        try
        {
            write(this, state, run);
        }
        catch (Exception e)
        {
            refusal = SmtpReplies.From(e);
        }
    }

    private delegate void Write<TState>(MessageIntake intake, TState state, ReadOnlySpan<byte> run);

    /// <summary>Puts Date and Message-ID at the end of the header of a submission without them. Called where the header ends: behind the message when it is all header.</summary>
    private void AddMissingFields(int where)
    {
        if (where < 0 || additions is not { } fields) return;
        var missing = fields.Missing(header.HasDate, header.HasMessageId);
        if (missing.Length == 0) return;
        if (!header.HasMessageId) addedMessageId = fields.MessageId;
        if (where == 0 && !endsLine) Put("\r\n"u8);
        Put(Encoding.ASCII.GetBytes(missing));
    }

    private static bool HasBareLineFeed(ReadOnlySpan<byte> run)
    {
        for (int at = 0, feed; (feed = run[at..].IndexOf((byte)'\n')) >= 0; at += feed + 1)
        {
            // A CRLF is never split between two runs.
            if (at + feed == 0 || run[at + feed - 1] != '\r') return true;
        }

        return false;
    }

    private SmtpReply? Verdict()
    {
        if (refusal is not null) return refusal;
        if (transaction.BinaryMime) return null;
        var defects = decoder.Defects;
        if ((defects & (LineDefects.BareLineFeed | LineDefects.BareCarriageReturn)) != 0 && options.BareLineEndings == BareLineEndings.Reject) return SmtpReplies.BadLineEnds;
        return (defects & LineDefects.LineTooLong) != 0 ? SmtpReplies.ContentLineTooLong : null;
    }

    private async ValueTask RefuseAsync(SmtpReply reply)
    {
        refusal ??= reply;
        await DisposeAsync();
    }
}
