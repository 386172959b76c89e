using System.CommandLine;
using Rialto.Directory;

namespace Rialto.Server.Commands;

/// <summary>`rialto contact …`: people outside, listed in the address book.</summary>
internal static class ContactCommand
{
    public static Command Create(RialtoCommand root)
    {
        var command = new Command("contact", "External contacts in the address book.");
        command.Add(Add(root));
        command.Add(RecipientCommands.List<ExternalContact>(root, "contacts", ("External address", (c, _) => c.ExternalAddress)));
        command.Add(RecipientCommands.Show<ExternalContact>(root, "contact"));
        command.Add(Set(root));
        command.Add(RecipientCommands.Remove<ExternalContact>(root, "contact", "Mail already sent is not touched."));
        return command;
    }

    private static Command Add(RialtoCommand root)
    {
        var command = new Command("add", "Adds a contact.");
        var address = RecipientCommands.AddressArgument("The address of the person outside.");
        var attributes = new RecipientCommands.AttributeOptions();
        command.Arguments.Add(address);
        attributes.AddTo(command, changing: false);
        command.SetAction(root.OnData(async (services, parsed, cancel) =>
        {
            var external = parsed.GetRequiredValue(address);
            var added = await services.Directory.AddAsync(attributes.Apply(new ExternalContact { PrimaryAddress = external, ExternalAddress = external }, parsed, services.Directory.Current), null, cancel);
            await root.Environment.Console.Out.WriteLineAsync($"Added {added.PrimaryAddress}.");
            return 0;
        }));
        return command;
    }

    private static Command Set(RialtoCommand root)
    {
        var command = new Command("set", "Changes a contact.");
        var address = RecipientCommands.AddressArgument("Its address or alias.");
        var attributes = new RecipientCommands.AttributeOptions();
        command.Arguments.Add(address);
        attributes.AddTo(command, changing: true);
        var certificates = new CertificateOption();
        certificates.AddTo(command);
        command.SetAction(root.OnData(async (services, parsed, cancel) =>
        {
            var found = RecipientCommands.Find<ExternalContact>(services.Directory.Current, parsed.GetRequiredValue(address));
            var updated = await services.Directory.UpdateAsync<ExternalContact>(found.Id, c => attributes.Apply(c, parsed, services.Directory.Current), cancel);
            await certificates.ApplyAsync(root, services, found.Id, parsed, cancel);
            await root.Environment.Console.Out.WriteLineAsync($"Changed {updated.PrimaryAddress}.");
            return 0;
        }));
        return command;
    }
}
