using System.Buffers;
using System.Globalization;
using System.Text;
using Rialto.Model;
using Rialto.Store.Backend;
using Rialto.Store.Conformance;
using Rialto.Store.Sqlite.Native;
using Rialto.Testing;

namespace Rialto.Store.Sqlite.Tests;

/// <summary>Writes of one request that share their syncs, over a disk that breaks on the way.</summary>
public sealed class CommitGroupTests : IDisposable
{
    private static readonly FolderId s_inbox = SpecialFolders.IdOf(SpecialFolder.Inbox);

    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task AGroupWhoseLogCannotBeSyncedIsNotAcknowledgedAndNothingOfItIsHalf()
    {
        var files = new DataFiles();
        var id = Guid.NewGuid();
        using var crashed = new TempDirectory();
        await using (var backend = TestData.Open(_directory.Path, files))
        await using (var engine = new StoreEngine(backend, new PlainConverter(), new StoreOptions(), TimeProvider.System))
        {
            (await engine.CreateMailboxAsync(id, Guid.NewGuid(), null, default)).ShouldBeTrue();
            using var mailbox = (await engine.OpenAsync(id, Principal.System, default)).Value;
            var group = new CommitGroup();
            (await AppendAsync(engine, mailbox, "kept 0", group)).Succeeded.ShouldBeTrue();
            (await AppendAsync(engine, mailbox, "kept 1", group)).Succeeded.ShouldBeTrue();
            (await group.DurableAsync()).ShouldBe(StoreError.None);

            // The answer of the first comes before its sync, which fails: the second may be refused at once, or meet the same.
            files.Fault = (work, path) =>
            {
                if (work == FileWork.Sync)
                    throw new IOException("Input/output error");
            };
            for (var i = 0; i < 3; i++)
                await AppendAsync(engine, mailbox, string.Create(CultureInfo.InvariantCulture, $"lost {i}"), group);
            (await group.DurableAsync()).ShouldBe(StoreError.StorageUnavailable);
            TestData.CopyDirectory(_directory.Path, crashed.Path);
            files.Fault = null;

            // The same group serves the next request, once the disk works.
            var error = StoreError.StorageUnavailable;
            for (var i = 0; i < 200 && error != StoreError.None; i++)
            {
                var appended = await AppendAsync(engine, mailbox, "after", group);
                error = await group.DurableAsync();
                if (!appended.Succeeded)
                    error = appended.Error;
                if (error != StoreError.None)
                    await Task.Delay(50);
            }
            error.ShouldBe(StoreError.None);
            (await SubjectsAsync(mailbox)).ShouldContain("after");
        }

        await using var again = TestData.Open(crashed.Path);
        await using var fresh = new StoreEngine(again, new PlainConverter(), new StoreOptions(), TimeProvider.System);
        using var session = (await fresh.OpenAsync(id, Principal.System, default)).Value;
        var subjects = await SubjectsAsync(session);
        // What was acknowledged is there; of the rest each may be, whole and counted, in their order.
        subjects.Take(2).ShouldBe(["kept 0", "kept 1"]);
        subjects.Skip(2).ShouldBe(new[] { "lost 0", "lost 1", "lost 2" }.Take(subjects.Count - 2));
        session.Folders.TryGet(s_inbox, out var inbox).ShouldBeTrue();
        inbox!.Counters.Count.ShouldBe(subjects.Count);
    }

    private static async ValueTask<StoreResult<AppendedMessage>> AppendAsync(StoreEngine engine, MailboxSession mailbox, string subject, CommitGroup group)
    {
        PreparedMessage prepared;
        try
        {
            prepared = await engine.PrepareMimeAsync(new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes($"Subject: {subject}\r\n\r\ntext of {subject}")), default);
        }
        catch (StorageUnavailableException)
        {
            return StoreError.StorageUnavailable;
        }
        return await mailbox.AppendAsync(s_inbox, prepared, AppendOptions.Default, default, group);
    }

    /// <summary>Subjects in the order of UIDs, of messages whose content can be read.</summary>
    private static async Task<List<string>> SubjectsAsync(MailboxSession mailbox)
    {
        using var view = (await mailbox.OpenViewAsync(s_inbox, default)).Value;
        var subjects = new List<string>();
        for (var i = 0; i < view.Current.Count; i++)
        {
            var id = view.Current[i].Id;
            subjects.Add((await mailbox.ReadRowsAsync(s_inbox, new[] { id }, default)).Value[0].ShouldNotBeNull().NormalizedSubject);
            using var mime = (await mailbox.OpenMimeAsync(s_inbox, id, default)).Value;
            Encoding.UTF8.GetString(mime.Memory.Span).ShouldEndWith("text of " + subjects[^1]);
        }
        return subjects;
    }
}
