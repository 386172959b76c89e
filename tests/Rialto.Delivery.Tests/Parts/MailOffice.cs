using System.Buffers;
using System.Text;
using Microsoft.Extensions.Logging;
using Rialto.Directory;
using Rialto.Model;
using Rialto.Store;
using Rialto.Store.Conformance;
using Rialto.Testing;

namespace Rialto.Delivery.Tests;

/// <summary>Directory, store, queue and delivery, all real but for being in memory: accounts admin and user1… of example.com with their mailboxes.</summary>
public sealed class MailOffice : IAsyncDisposable
{
    private MailOffice(TestDirectory directory, TimeProvider time, DeliveryOptions options, IContentConverter converter)
    {
        Directory = directory;
        Time = time;
        Options = options;
        Queue = new(time);
        Store = new(Backend, converter, new StoreOptions(), time);
        Delivery = new(Queue, Store, directory.Service, options, time, Log);
    }

    public TestDirectory Directory { get; }

    public MemoryBackend Backend { get; } = new();

    public StoreEngine Store { get; }

    public MemoryMailQueue Queue { get; }

    public MailQueue Delivery { get; private set; }

    public DeliveryOptions Options { get; }

    public TimeProvider Time { get; }

    public RecordingLogger Log { get; } = new();

    public static async Task<MailOffice> CreateAsync(int users = 3, TimeProvider? time = null, Action<DeliveryOptions>? configure = null, IContentConverter? converter = null)
    {
        time ??= TimeProvider.System;
        var options = new DeliveryOptions { HostName = "mail.example.com", SubmissionHold = TimeSpan.Zero };
        configure?.Invoke(options);
        var office = new MailOffice(await TestDirectory.CreateAsync(users, time), time, options, converter ?? new PlainConverter());
        await office.CreateMailboxesAsync();
        return office;
    }

    /// <summary>Mailboxes for everybody in the directory who has none yet.</summary>
    public async Task CreateMailboxesAsync() =>
        await Store.CreateMailboxesAsync([.. Directory.Current.Recipients.OfType<MailboxRecipient>().Select(r => (r.MailboxGuid, r.Id))], default);

    /// <summary>Another delivery over the same queue and store: what a restart makes.</summary>
    public async Task RestartDeliveryAsync()
    {
        await Delivery.DisposeAsync();
        Queue.LoseHolds();
        Delivery = new(Queue, Store, Directory.Service, Options, Time, Log);
    }

    public async Task<Guid> PostAsync(string sender, params string[] recipients) =>
        await EnqueueAsync(sender, [.. recipients.Select(r => new QueuedRecipient(r, null, null, 0, 0, null))]);

    public async Task<Guid> EnqueueAsync(
        string sender, IReadOnlyList<QueuedRecipient> recipients, string submitter = "", string content = "Subject: test\r\n\r\nHello.\r\n", Func<QueuedMessage, QueuedMessage>? change = null)
    {
        var blob = await Backend.Blobs.WriteAsync(new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(content)), default);
        var message = new QueuedMessage
        {
            Id = Guid.NewGuid(),
            Content = blob,
            Sender = sender,
            Recipients = recipients,
            ReceivedUtcTicks = Time.GetUtcNow().UtcTicks,
            Submitter = submitter,
        };
        message = change?.Invoke(message) ?? message;
        await Queue.EnqueueAsync(message, default);
        return message.Id;
    }

    public Task<int> DrainAsync() => Delivery.DrainAsync(default);

    /// <summary>The inbox's messages as bytes, oldest first.</summary>
    public async Task<IReadOnlyList<byte[]>> InboxBytesAsync(string address)
    {
        var recipient = (MailboxRecipient)Directory.Current.FindByAddress(address)!;
        using var session = (await Store.OpenAsync(recipient.MailboxGuid, Principal.System, default)).Value;
        var inbox = SpecialFolders.IdOf(SpecialFolder.Inbox);
        using var view = (await session.OpenViewAsync(inbox, default)).Value;
        var snapshot = view.Current;
        var messages = new List<byte[]>();
        for (var i = 0; i < snapshot.Count; i++)
        {
            using var lease = (await session.OpenMimeAsync(inbox, snapshot[i].Id, default)).Value;
            messages.Add(lease.Memory.ToArray());
        }

        return messages;
    }

    public async Task<IReadOnlyList<string>> InboxAsync(string address) => [.. (await InboxBytesAsync(address)).Select(Encoding.UTF8.GetString)];

    public async Task SetQuotaAsync(string address, long? bytes)
    {
        var recipient = (MailboxRecipient)Directory.Current.FindByAddress(address)!;
        using var session = (await Store.OpenAsync(recipient.MailboxGuid, Principal.System, default)).Value;
        (await session.SetQuotaAsync(bytes, default)).ShouldBe(StoreError.None);
    }

    public async ValueTask DisposeAsync()
    {
        await Delivery.DisposeAsync();
        await Store.DisposeAsync();
        await Directory.DisposeAsync();
    }
}

/// <summary>Keeps what is logged.</summary>
public sealed class RecordingLogger : ILogger<MailQueue>
{
    private readonly Lock gate = new();
    private readonly List<string> lines = [];

    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (gate) return [.. lines];
        }
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        lock (gate) lines.Add($"{logLevel} {eventId.Id} {formatter(state, exception)} {exception}");
    }
}
