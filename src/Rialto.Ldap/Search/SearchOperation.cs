// RFC 4511 4.5; RFC 2696 (pages), RFC 2891 (sort), draft-ietf-ldapext-ldapv3-vlv-09 (list views).
using Rialto.Directory;
using Rialto.Ldap.Operations;
using Rialto.Ldap.Tree;
using Rialto.Ldap.Wire;

namespace Rialto.Ldap.Search;

/// <summary>Carries out one search: finds, writes entries in blocks, ends with a result.</summary>
internal sealed class SearchOperation
{
    /// <summary>Entries looked at between two looks at the clock.</summary>
    private const int Patience = 2_048;

    private readonly LdapSession session;
    private readonly int id;
    private readonly SearchRequest request;
    private readonly AttributeSelection selection;
    private readonly long started;
    private readonly TimeSpan limit;
    private MatchedValues? values;
    private int sent;

    private SearchOperation(LdapSession session, int id, SearchRequest request)
    {
        this.session = session;
        this.id = id;
        this.request = request;
        selection = session.Selection = session.Selection is { } last && last.Names.AsSpan().SequenceEqual(request.Attributes) ? last : AttributeSelection.Of(request.Attributes);
        started = session.Protocol.Time.GetTimestamp();
        limit = session.Protocol.Options.TimeLimit;
        if (request.TimeLimit > 0 && TimeSpan.FromSeconds(request.TimeLimit) < limit) limit = TimeSpan.FromSeconds(request.TimeLimit);
    }

    private enum Ending
    {
        Complete,
        Full,
        Late,
        Abandoned,
        Canceled,
        Gone,
    }

    private bool IsLate => session.Protocol.Time.GetElapsedTime(started) > limit;

    /// <summary>False ends the connection.</summary>
    public static async ValueTask<bool> RunAsync(LdapSession session, int id, SearchRequest request, LdapControl[] controls)
    {
        var view = session.View;
        var (name, target) = view.ResolveBase(request.BaseDn);
        if (name is null) throw new LdapException(ResultCode.InvalidDnSyntax, "The base is no distinguished name.");
        if (target is { Kind: LdapTargetKind.Root } && request.Scope == SearchScope.Base)
        {
            return Answer(session, id, request, controls, VirtualEntries.Root(view, RequestControls.Known, ExtendedOperations.Known(session), BindOperation.Mechanisms(session)));
        }

        if (target is { Kind: LdapTargetKind.Subschema }) return Answer(session, id, request, controls, VirtualEntries.Subschema());
        if (view.Account is null && session.Protocol.Options.Anonymous != AnonymousAccess.AddressBook)
            throw new LdapException(ResultCode.InsufficientAccessRights, "Log in first: without it only the root entry and the schema may be read.");
        if (ConfigurationEntries.Has(view, name))
        {
            var entries = ConfigurationEntries.Find(view, session.Protocol.Autodiscover(), name, request.Scope) ?? throw new LdapException(ResultCode.NoSuchObject, "There is no such entry.", ConfigurationEntries.DnOf(view)!);
            return Answer(session, id, request, entries, RequestControls.Find(controls, RequestControls.Paged) is not null);
        }

        if (target is null) throw new LdapException(ResultCode.NoSuchObject, "There is no such entry.", view.MatchedDn(name));
        var operation = new SearchOperation(session, id, request) { values = MatchedValues.Read(controls, view, session.Protocol.Options) };
        if (RequestControls.ReadAssertion(controls, session.Protocol.Options) is { } assertion) AssertionCheck.Require(view, target, assertion);
        return await operation.RunAsync(view, target, controls);
    }

    private static bool Answer(LdapSession session, int id, SearchRequest request, LdapControl[] controls, VirtualEntry entry)
    {
        var candidate = new Candidate(entry);
        if (request.Scope is SearchScope.Base or SearchScope.Sub && Matcher.Compile(request.Filter, session.View).Match(session.View, candidate) == Truth.True)
            EntryWriter.Write(session.Writer, id, entry, AttributeSelection.Of(request.Attributes), request.TypesOnly, operational: true, MatchedValues.Read(controls, session.View, session.Protocol.Options));
        session.Respond(id, Tags.SearchResultDone, LdapResult.Success);
        return true;
    }

    /// <summary>The handful of entries of the configuration: always one page.</summary>
    private static bool Answer(LdapSession session, int id, SearchRequest request, IReadOnlyList<VirtualEntry> entries, bool isPaged)
    {
        var matcher = Matcher.Compile(request.Filter, session.View);
        var selection = AttributeSelection.Of(request.Attributes);
        foreach (var entry in entries)
        {
            if (matcher.Match(session.View, new Candidate(entry)) == Truth.True) EntryWriter.Write(session.Writer, id, entry, selection, request.TypesOnly, operational: true);
        }

        session.Respond(id, Tags.SearchResultDone, LdapResult.Success, controls: isPaged ? static w => WritePage(w, []) : null);
        return true;
    }

    private async ValueTask<bool> RunAsync(LdapView view, LdapTarget target, LdapControl[] controls)
    {
        var options = session.Protocol.Options;
        SortKey[]? sort = null;
        var sortResult = ResultCode.Success;
        if (RequestControls.Find(controls, RequestControls.Sort) is { } sortControl)
        {
            sort = RequestControls.ReadSort(sortControl.Value);
            if (SortOrder.IsUnknown(sort[0])) sortResult = ResultCode.NoSuchAttribute;
            else if (!Array.TrueForAll(sort, SortOrder.IsRuleKnown)) sortResult = ResultCode.InappropriateMatching;
            if (sortResult != ResultCode.Success)
            {
                if (sortControl.IsCritical)
                {
                    session.Respond(id, Tags.SearchResultDone, new(ResultCode.UnavailableCriticalExtension, "The result cannot be sorted so."), controls: w => WriteSortResult(w, sortResult));
                    return true;
                }

                sort = null;
            }
        }

        if (RequestControls.Find(controls, RequestControls.View) is { } viewControl)
        {
            if (sort is null) throw new LdapException(ResultCode.SortControlMissing, "A virtual list view needs a sort.");
            return await RunViewAsync(view, target, sort, RequestControls.ReadView(viewControl.Value));
        }

        var paged = RequestControls.Find(controls, RequestControls.Paged) is { } pagedControl ? RequestControls.ReadPaged(pagedControl.Value) : ((int Size, byte[] Cookie)?)null;
        OpenSearch search;
        if (paged is { Cookie.Length: > 0 } going)
        {
            if (session.Open.Take(going.Cookie) is not { } kept || !kept.Continues(request)) throw new LdapException(ResultCode.UnwillingToPerform, "There is no search that goes on with this cookie. Begin again.");
            search = kept;
            if (going.Size == 0)
            {
                // The client has seen enough.
                search.Dispose();
                session.Respond(id, Tags.SearchResultDone, LdapResult.Success, controls: w => WritePage(w, []));
                return true;
            }
        }
        else
        {
            var matches = new Matches(view, target, request.Scope, request.Filter);
            if (sort is null)
            {
                search = new(request, matches, null, view);
            }
            else
            {
                var (rows, ending) = Sort(matches, new SortOrder(sort), options.MaxSorted);
                if (ending is not null)
                {
                    session.Respond(id, Tags.SearchResultDone, ending.Value, controls: w => WriteSortResult(w, ResultCode.AdminLimitExceeded));
                    return true;
                }

                search = new(request, null, [.. rows.Select(r => r.Recipient)], view);
            }
        }

        var keep = false;
        try
        {
            var most = MostEntries(paged, search);
            var end = await SendAsync(search, most);
            if (end == Ending.Gone) return false;
            keep = end == Ending.Full && paged is not null && (request.SizeLimit == 0 || search.Sent < request.SizeLimit);
            var cookie = keep ? search.Cookie : [];
            if (keep) session.Open.Put(search, options.MaxOpenSearches);
            if (end == Ending.Abandoned) return true;
            if (end == Ending.Canceled)
            {
                session.Respond(id, Tags.SearchResultDone, new(ResultCode.Canceled, "The search was cancelled."));
                return true;
            }

            var result = end switch
            {
                Ending.Late => new LdapResult(ResultCode.TimeLimitExceeded, "The search took too long."),
                Ending.Full when !keep => new LdapResult(ResultCode.SizeLimitExceeded),
                _ => LdapResult.Success,
            };
            Action<BerWriter>? tail = paged is null && sort is null && sortResult == ResultCode.Success ? null : w =>
            {
                if (sort is not null || sortResult != ResultCode.Success) WriteSortResult(w, sortResult);
                if (paged is not null) WritePage(w, cookie);
            };
            session.Respond(id, Tags.SearchResultDone, result, controls: tail);
            return true;
        }
        finally
        {
            if (!keep) search.Dispose();
        }
    }

    private int MostEntries((int Size, byte[] Cookie)? paged, OpenSearch search)
    {
        var options = session.Protocol.Options;
        var most = int.MaxValue;
        if (paged is { } p) most = p.Size == 0 ? options.MaxPageSize : Math.Min(p.Size, options.MaxPageSize);
        else if (!search.View.IsAdministrator) most = options.SizeLimit;
        return request.SizeLimit > 0 ? Math.Min(most, request.SizeLimit - search.Sent) : most;
    }

    /// <summary>Writes entries until there are no more, or as many as allowed and more to come.</summary>
    private async ValueTask<Ending> SendAsync(OpenSearch search, int most)
    {
        var writer = session.Writer;
        sent = 0;
        while (true)
        {
            Candidate candidate;
            if (search.Sorted is { } sorted)
            {
                if (search.Sent == sorted.Count) return Ending.Complete;
                if (sent == most) return Ending.Full;
                candidate = new(sorted[search.Sent]);
            }
            else
            {
                if (sent == most && search.Pending is null)
                {
                    // Is there another one? A full page that is the last one says so.
                    while (search.Matches!.TryNext(Patience, out var another))
                    {
                        if (another)
                        {
                            search.Pending = search.Matches.Current;
                            return Ending.Full;
                        }

                        if (IsLate) return Ending.Late;
                    }

                    return Ending.Complete;
                }

                if (search.Pending is { } pending)
                {
                    candidate = pending;
                    search.Pending = null;
                }
                else
                {
                    if (!search.Matches!.TryNext(Patience, out var found)) return Ending.Complete;
                    if (!found)
                    {
                        if (IsLate) return Ending.Late;
                        if (Stopped() is { } stopped) return stopped;

                        // Others wait for this thread too.
                        await Task.Yield();
                        continue;
                    }

                    candidate = search.Matches.Current;
                }
            }

            if (candidate.Recipient is { } recipient)
            {
                var stored = await StoredValues.ReadAsync(session.Protocol.Directory, recipient, selection);
                EntryWriter.Write(writer, id, search.View, recipient, selection, request.TypesOnly, stored, values);
            }
            else
            {
                EntryWriter.Write(writer, id, candidate.Virtual!, selection, request.TypesOnly, operational: false, values);
            }

            sent++;
            search.Sent++;
            if (writer.Length < session.Protocol.Options.FlushSize) continue;
            if (!await session.FlushAsync()) return Ending.Gone;
            if (IsLate) return Ending.Late;
            if (Stopped() is { } ending) return ending;
        }
    }

    /// <summary>RFC 3909 3: a search that is cancelled says so; one that is abandoned says nothing.</summary>
    private Ending? Stopped() => session.WasAbandoned(id) switch
    {
        Abandonment.Abandoned => Ending.Abandoned,
        Abandonment.Cancelled => Ending.Canceled,
        _ => null,
    };

    private (SortOrder.Row[] Rows, LdapResult? Ending) Sort(Matches matches, SortOrder order, int max)
    {
        using (matches)
        {
            var rows = new List<SortOrder.Row>();
            while (matches.TryNext(Patience, out var found))
            {
                if (IsLate) return ([], new(ResultCode.TimeLimitExceeded, "The search took too long."));
                if (!found || matches.Current.Recipient is not { } recipient) continue;
                if (rows.Count == max) return ([], new(ResultCode.AdminLimitExceeded, $"At most {max} entries are sorted."));
                rows.Add(order.Make(matches.View, recipient));
            }

            rows.Sort(order);
            return ([.. rows], null);
        }
    }

    private async ValueTask<bool> RunViewAsync(LdapView view, LdapTarget target, SortKey[] sort, ListView asked)
    {
        var options = session.Protocol.Options;
        var order = new SortOrder(sort);
        var kept = asked.Context is { Length: > 0 } context ? session.Open.Take(context) : null;
        if (kept is null || !kept.Continues(request) || !ReferenceEquals(kept.View, view))
        {
            kept?.Dispose();
            var (rows, ending) = Sort(new Matches(view, target, request.Scope, request.Filter), order, options.MaxSorted);
            if (ending is not null)
            {
                session.Respond(id, Tags.SearchResultDone, ending.Value);
                return true;
            }

            kept = new(request, null, null, view) { Rows = rows };
        }

        var all = kept.Rows!;
        var place = Place(asked, all, order);
        if (place < 0)
        {
            session.Open.Put(kept, options.MaxOpenSearches);
            session.Respond(id, Tags.SearchResultDone, new(ResultCode.OffsetRangeError), controls: w => WriteView(w, 0, all.Length, ResultCode.OffsetRangeError, kept.Cookie));
            return true;
        }

        var first = Math.Max(0, place - asked.Before);
        var last = (int)Math.Min(all.Length - 1L, (long)place + asked.After);
        for (var i = first; i <= last && i - first < options.MaxPageSize; i++)
        {
            var recipient = all[i].Recipient;
            var stored = await StoredValues.ReadAsync(session.Protocol.Directory, recipient, selection);
            EntryWriter.Write(session.Writer, id, view, recipient, selection, request.TypesOnly, stored, values);
            if (session.Writer.Length >= options.FlushSize && !await session.FlushAsync()) return false;
        }

        session.Open.Put(kept, options.MaxOpenSearches);
        session.Respond(id, Tags.SearchResultDone, LdapResult.Success, controls: w =>
        {
            WriteSortResult(w, ResultCode.Success);
            WriteView(w, Math.Min(place + 1, all.Length), all.Length, ResultCode.Success, kept.Cookie);
        });
        return true;
    }

    /// <summary>Where the target is, from 0; -1 for a place that cannot be. A client that knows another length is taken to mean the same part of the list.</summary>
    private static int Place(ListView asked, SortOrder.Row[] all, SortOrder order)
    {
        if (asked.Target is { } text)
        {
            var folded = SearchText.Fold(System.Text.Encoding.UTF8.GetString(text));
            int low = 0, high = all.Length;
            while (low < high)
            {
                var middle = (low + high) >>> 1;
                if (order.IsAtLeast(all[middle], folded)) high = middle;
                else low = middle + 1;
            }

            return low;
        }

        if (asked.Offset == 0) return -1;
        if (asked.Count == 0 || asked.Count == all.Length) return Math.Min(asked.Offset, all.Length + 1) - 1;
        if (asked.Offset == 1) return 0;
        if (asked.Offset >= asked.Count) return Math.Max(0, all.Length - 1);
        return (int)((long)all.Length * (asked.Offset - 1) / Math.Max(1, asked.Count - 1));
    }

    private static void WriteSortResult(BerWriter writer, ResultCode code) => RequestControls.Write(writer, RequestControls.SortResponse, w =>
    {
        var value = w.Begin(Tags.Sequence);
        w.WriteInteger((int)code, Tags.Enumerated);
        w.End(value);
    });

    private static void WritePage(BerWriter writer, byte[] cookie) => RequestControls.Write(writer, RequestControls.Paged, w =>
    {
        var value = w.Begin(Tags.Sequence);
        w.WriteInteger(0);
        w.WriteOctets(cookie);
        w.End(value);
    });

    private static void WriteView(BerWriter writer, int place, int count, ResultCode code, byte[] cookie) => RequestControls.Write(writer, RequestControls.ViewResponse, w =>
    {
        var value = w.Begin(Tags.Sequence);
        w.WriteInteger(place);
        w.WriteInteger(count);
        w.WriteInteger((int)code, Tags.Enumerated);
        w.WriteOctets(cookie);
        w.End(value);
    });
}
