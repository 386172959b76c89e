using System.CommandLine;
using Rialto.Directory;

namespace Rialto.Server.Commands;

/// <summary>`rialto account …`: people who log in.</summary>
internal static class AccountCommand
{
    public static Command Create(RialtoCommand root)
    {
        var command = new Command("account", "Accounts: people who log in and have a mailbox.");
        command.Add(Add(root));
        command.Add(RecipientCommands.List<Account>(root, "accounts",
            ("Log-in", (a, _) => a.LoginEnabled ? "yes" : "no"),
            ("NTLM", (a, _) => a.NtlmEnabled ? "yes" : ""),
            ("Mailbox", (a, _) => a.MailboxEnabled ? "yes" : "no"),
            ("Administrator", (a, _) => a.IsAdministrator ? "yes" : "")));
        command.Add(RecipientCommands.Show<Account>(root, "account"));
        command.Add(Set(root));
        command.Add(RecipientCommands.Remove<Account>(root, "account", "Its mailbox goes with it, unless --keep-mailbox is given."));
        command.Add(AppPassword(root));
        return command;
    }

    private static Command Add(RialtoCommand root)
    {
        var command = new Command("add", "Adds an account with its mailbox. The password is asked for, or read as the first line of standard input.");
        var address = RecipientCommands.AddressArgument("Its primary address.");
        var attributes = new RecipientCommands.AttributeOptions();
        var administrator = new Option<bool>("--admin") { Description = "May administer the organisation." };
        var access = new AccessOptions();
        var ntlm = new Option<bool>("--ntlm") { Description = "May log in with NTLM too." };
        var noPassword = new Option<bool>("--no-password") { Description = "Nobody can log in until a password is set." };
        command.Arguments.Add(address);
        attributes.AddTo(command, changing: false);
        command.Options.Add(administrator);
        command.Options.Add(ntlm);
        command.Options.Add(noPassword);
        access.AddTo(command);
        command.SetAction(root.OnData(async (services, parsed, cancel) =>
        {
            var primary = parsed.GetRequiredValue(address);
            var directory = services.Directory.Current;
            var account = access.Apply(attributes.Apply(new Account { PrimaryAddress = primary, IsAdministrator = parsed.GetValue(administrator), NtlmEnabled = parsed.GetValue(ntlm) }, parsed, directory), parsed, directory);
            var password = parsed.GetValue(noPassword) ? null : await services.Passwords.HashAsync(await ReadPasswordTextAsync(root, primary, cancel), account, cancel);
            var added = await RecipientCommands.AddWithMailboxAsync(services, account, password, cancel);
            if (access.ChangesQuota(parsed))
                await AccessOptions.ApplyQuotaAsync(services, added, cancel);
            await root.Environment.Console.Out.WriteLineAsync($"Added {added.PrimaryAddress}.");
            return 0;
        }));
        return command;
    }

    private static Command Set(RialtoCommand root)
    {
        var command = new Command("set", "Changes an account.");
        var address = RecipientCommands.AddressArgument("Its address or alias.");
        var attributes = new RecipientCommands.AttributeOptions();
        var administrator = new Option<bool?>("--admin") { Description = "Whether it may administer the organisation.", HelpName = "true|false" };
        var login = new Option<bool?>("--login") { Description = "Whether it may log in.", HelpName = "true|false" };
        var ntlm = new Option<bool?>("--ntlm") { Description = "Whether it may log in with NTLM too: from the next time on that its password is set or used otherwise.", HelpName = "true|false" };
        var password = new Option<bool>("--password") { Description = "Set a new password: asked for, or the first line of standard input." };
        var photo = new Option<string?>("--photo") { Description = "A JPEG or PNG file (empty clears).", HelpName = "FILE" };
        var certificates = new CertificateOption();
        var access = new AccessOptions();
        command.Arguments.Add(address);
        attributes.AddTo(command, changing: true);
        command.Options.Add(administrator);
        command.Options.Add(login);
        command.Options.Add(ntlm);
        command.Options.Add(password);
        command.Options.Add(photo);
        certificates.AddTo(command);
        access.AddTo(command);
        command.SetAction(root.OnData(async (services, parsed, cancel) =>
        {
            var found = RecipientCommands.Find<Account>(services.Directory.Current, parsed.GetRequiredValue(address));
            var updated = await services.Directory.UpdateAsync<Account>(found.Id, a =>
            {
                a = access.Apply(attributes.Apply(a, parsed, services.Directory.Current), parsed, services.Directory.Current);
                return a with { IsAdministrator = parsed.GetValue(administrator) ?? a.IsAdministrator, LoginEnabled = parsed.GetValue(login) ?? a.LoginEnabled, NtlmEnabled = parsed.GetValue(ntlm) ?? a.NtlmEnabled };
            }, cancel);
            if (access.ChangesQuota(parsed))
                await AccessOptions.ApplyQuotaAsync(services, updated, cancel);
            if (parsed.GetValue(password))
                await services.Passwords.SetAsync(found.Id, await ReadPasswordTextAsync(root, updated.PrimaryAddress, cancel), cancel);
            if (parsed.GetValue(photo) is { } file)
                await services.Directory.SetPhotoAsync(found.Id, file.Length == 0 ? null : await File.ReadAllBytesAsync(root.Environment.Resolve(file), cancel), cancel);
            await certificates.ApplyAsync(root, services, found.Id, parsed, cancel);
            await root.Environment.Console.Out.WriteLineAsync($"Changed {updated.PrimaryAddress}.");
            return 0;
        }));
        return command;
    }

    private static Command AppPassword(RialtoCommand root)
    {
        var command = new Command("app-password", "Passwords of single applications, revocable one by one.");
        var add = new Command("add", "Makes one and prints it, once.");
        var address = RecipientCommands.AddressArgument("The account.");
        var name = new Argument<string>("NAME") { Description = "What it is for, e.g. \"phone\"." };
        add.Arguments.Add(address);
        add.Arguments.Add(name);
        add.SetAction(root.OnData(async (services, parsed, cancel) =>
        {
            var account = RecipientCommands.Find<Account>(services.Directory.Current, parsed.GetRequiredValue(address));
            var created = await services.Passwords.AddAppPasswordAsync(account.Id, parsed.GetRequiredValue(name), cancel);
            await root.Environment.Console.Out.WriteLineAsync(created.Secret);
            await root.Environment.Console.Error.WriteLineAsync("Shown this once: it cannot be read again.");
            return 0;
        }));
        var remove = new Command("remove", "Revokes one.");
        var which = new Argument<string>("NAME") { Description = "Its name or id." };
        remove.Arguments.Add(address);
        remove.Arguments.Add(which);
        remove.SetAction(root.OnData(async (services, parsed, cancel) =>
        {
            var account = RecipientCommands.Find<Account>(services.Directory.Current, parsed.GetRequiredValue(address));
            var text = parsed.GetRequiredValue(which);
            var found = services.Directory.Current.CredentialsOf(account.Id).AppPasswords.FirstOrDefault(p => p.Name == text || p.Id.ToString() == text)
                ?? throw new CommandException($"{account.PrimaryAddress} has no app password {text}. `rialto account show {account.PrimaryAddress}` lists them.");
            await services.Passwords.RevokeAsync(account.Id, found.Id, cancel);
            await root.Environment.Console.Out.WriteLineAsync($"Revoked {found.Name}.");
            return 0;
        }));
        command.Add(add);
        command.Add(remove);
        return command;
    }

    private static async Task<string> ReadPasswordTextAsync(RialtoCommand root, string address, CancellationToken cancel)
    {
        var password = await root.Environment.Console.ReadSecretAsync($"Password for {address}: ", cancel);
        if (string.IsNullOrEmpty(password))
            throw new CommandException("No password came from standard input. Pipe one in (printf '%s\\n' \"$PASSWORD\" | rialto account …), or use --no-password.");
        return password;
    }
}
