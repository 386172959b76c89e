using System.Collections.Immutable;
using System.CommandLine;
using System.Text.Json.Nodes;
using Rialto.Directory;
using Rialto.Server.Hosting;

namespace Rialto.Server.Commands;

/// <summary>`rialto journal …`: whose mail is reported to a journal. [MS-XJRNL].</summary>
internal static class JournalCommand
{
    public static Command Create(RialtoCommand root)
    {
        var command = new Command("journal", "Journal rules: a report of every message, with the message in it, goes to an address.");
        var add = new Command("add", "Adds a rule.");
        var name = new Argument<string>("NAME") { Description = "Its name." };
        var to = new Option<string>("--to") { Description = "Where the reports go, here or outside.", Required = true, HelpName = "EMAIL" };
        var scope = new Option<MailScope>("--scope") { Description = "Which mail: all, internal, external (default all)." };
        var of = new Option<string?>("--of") { Description = "Only mail from or to this mailbox, or the members of this group.", HelpName = "EMAIL" };
        add.Arguments.Add(name);
        add.Options.Add(to);
        add.Options.Add(scope);
        add.Options.Add(of);
        add.SetAction(root.OnData(async (services, parsed, cancel) =>
        {
            var journal = parsed.GetRequiredValue(to);
            if (!SmtpAddress.TryParse(journal, out _))
                throw new CommandException($"--to takes an address, not \"{journal}\".");
            var only = parsed.GetValue(of) is { } address ? RecipientCommands.Find<Recipient>(services.Directory.Current, address).Id : (Guid?)null;
            var rule = new JournalRule(parsed.GetRequiredValue(name), journal, parsed.GetValue(scope), only);
            await MailRules.ChangeAsync(services, o => o with { JournalRules = MailRules.Add(o.JournalRules, rule, r => r.Name) }, cancel);
            await root.Environment.Console.Out.WriteLineAsync($"Added {rule.Name}.");
            return 0;
        }));
        command.Add(add);
        var list = new Command("list", "Lists the rules.");
        var json = RecipientCommands.JsonOption();
        list.Options.Add(json);
        list.SetAction(root.OnData(async (services, parsed, cancel) =>
        {
            await Output.WriteAsync(root.Environment, parsed.GetValue(json), services.Directory.Current.Organisation?.JournalRules ?? [],
                r => new JsonObject { ["name"] = r.Name, ["to"] = r.Journal, ["scope"] = r.Scope.ToString().ToLowerInvariant(), ["of"] = MailRules.Show(services, r.Recipient) },
                [("Name", r => r.Name), ("To", r => r.Journal), ("Scope", r => r.Scope.ToString().ToLowerInvariant()), ("Of", r => MailRules.Show(services, r.Recipient))]);
            return 0;
        }));
        command.Add(list);
        command.Add(MailRules.Remove(root, (o, n) => o with { JournalRules = MailRules.Take(o.JournalRules, n, r => r.Name) }));
        var alternate = new Command("alternate", "Shows or sets where reports go that cannot be delivered.");
        var where = new Argument<string?>("EMAIL") { Description = "An address; \"none\" for nowhere.", Arity = ArgumentArity.ZeroOrOne };
        alternate.Arguments.Add(where);
        alternate.SetAction(root.OnData(async (services, parsed, cancel) =>
        {
            if (parsed.GetValue(where) is { } wanted)
            {
                var none = wanted.Equals("none", StringComparison.OrdinalIgnoreCase);
                if (!none && !SmtpAddress.TryParse(wanted, out _))
                    throw new CommandException($"An address or \"none\", not \"{wanted}\".");
                await MailRules.ChangeAsync(services, o => o with { JournalAlternate = none ? "" : wanted }, cancel);
            }
            var current = services.Directory.Current.Organisation?.JournalAlternate ?? "";
            await root.Environment.Console.Out.WriteLineAsync(current.Length > 0 ? $"Journal reports that cannot be delivered go to {current}." : "Journal reports that cannot be delivered are only logged.");
            return 0;
        }));
        command.Add(alternate);
        return command;
    }
}

/// <summary>`rialto disclaimer …`: texts below mail that leaves the organisation.</summary>
internal static class DisclaimerCommand
{
    public static Command Create(RialtoCommand root)
    {
        var command = new Command("disclaimer", "Texts that are put below mail that leaves the organisation; what is signed or encrypted stays as it is.");
        var add = new Command("add", "Adds one.");
        var name = new Argument<string>("NAME") { Description = "Its name." };
        var text = new Option<string>("--text") { Description = "For plain text.", Required = true, HelpName = "TEXT" };
        var html = new Option<string?>("--html") { Description = "For HTML, a fragment (default: the text).", HelpName = "HTML" };
        var from = new Option<string?>("--from") { Description = "Only for mail of this mailbox, or of the members of this group.", HelpName = "EMAIL" };
        add.Arguments.Add(name);
        add.Options.Add(text);
        add.Options.Add(html);
        add.Options.Add(from);
        add.SetAction(root.OnData(async (services, parsed, cancel) =>
        {
            var only = parsed.GetValue(from) is { } address ? RecipientCommands.Find<Recipient>(services.Directory.Current, address).Id : (Guid?)null;
            var rule = new DisclaimerRule(parsed.GetRequiredValue(name), parsed.GetRequiredValue(text), parsed.GetValue(html) ?? "", only);
            await MailRules.ChangeAsync(services, o => o with { Disclaimers = MailRules.Add(o.Disclaimers, rule, r => r.Name) }, cancel);
            await root.Environment.Console.Out.WriteLineAsync($"Added {rule.Name}.");
            return 0;
        }));
        command.Add(add);
        var list = new Command("list", "Lists them.");
        var json = RecipientCommands.JsonOption();
        list.Options.Add(json);
        list.SetAction(root.OnData(async (services, parsed, cancel) =>
        {
            await Output.WriteAsync(root.Environment, parsed.GetValue(json), services.Directory.Current.Organisation?.Disclaimers ?? [],
                r => new JsonObject { ["name"] = r.Name, ["text"] = r.Text, ["html"] = r.Html, ["from"] = MailRules.Show(services, r.Sender) },
                [("Name", r => r.Name), ("Text", r => r.Text), ("From", r => MailRules.Show(services, r.Sender))]);
            return 0;
        }));
        command.Add(list);
        command.Add(MailRules.Remove(root, (o, n) => o with { Disclaimers = MailRules.Take(o.Disclaimers, n, r => r.Name) }));
        return command;
    }
}

/// <summary>What the rules of the organisation have in common.</summary>
file static class MailRules
{
    public static async Task ChangeAsync(RialtoServices services, Func<Organisation, Organisation> change, CancellationToken cancel)
    {
        var organisation = services.Directory.Current.Organisation ?? throw new CommandException("There is no organisation yet. Start the server once (`rialto serve`).");
        await services.Directory.UpdateAsync(organisation.Id, change, cancel);
    }

    public static ImmutableArray<T> Add<T>(ImmutableArray<T> rules, T rule, Func<T, string> name) =>
        rules.Any(r => name(r).Equals(name(rule), StringComparison.OrdinalIgnoreCase)) ? throw new CommandException($"There is a rule {name(rule)} already. Remove it first.") : rules.Add(rule);

    public static ImmutableArray<T> Take<T>(ImmutableArray<T> rules, string wanted, Func<T, string> name) =>
        rules.FirstOrDefault(r => name(r).Equals(wanted, StringComparison.OrdinalIgnoreCase)) is { } found ? rules.Remove(found) : throw new CommandException($"There is no rule {wanted}; `list` shows what there is.");

    public static string Show(RialtoServices services, Guid? id) =>
        id is not { } known ? "" : services.Directory.Current.Find<Recipient>(known)?.PrimaryAddress ?? "(removed)";

    public static Command Remove(RialtoCommand root, Func<Organisation, string, Organisation> change)
    {
        var command = new Command("remove", "Removes one.");
        var name = new Argument<string>("NAME") { Description = "Its name." };
        command.Arguments.Add(name);
        command.SetAction(root.OnData(async (services, parsed, cancel) =>
        {
            await ChangeAsync(services, o => change(o, parsed.GetRequiredValue(name)), cancel);
            await root.Environment.Console.Out.WriteLineAsync($"Removed {parsed.GetRequiredValue(name)}.");
            return 0;
        }));
        return command;
    }
}
