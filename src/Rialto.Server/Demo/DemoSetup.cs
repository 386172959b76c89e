using System.Globalization;
using Rialto.Directory;
using Rialto.Server.Hosting;

namespace Rialto.Server.Demo;

/// <summary>The accounts of `rialto serve --demo N`. Run again, it adds what is missing and leaves the rest.</summary>
internal static class DemoSetup
{
    public const string Password = "demo-password";

    public static async Task RunAsync(RialtoServices services, int accounts, CancellationToken cancel)
    {
        var directory = services.Directory.Current;
        var missing = new List<NewDirectoryObject>();
        PasswordHash? hash = null;
        for (var i = 0; i <= accounts; i++)
        {
            var (name, display) = i == 0 ? ("admin", "Administrator") : ("user" + i.ToString(CultureInfo.InvariantCulture), "User " + i.ToString(CultureInfo.InvariantCulture));
            if (directory.FindByAddress(name + "@example.com") is not null)
                continue;
            // One hash for all: they share the password, and hashing it a thousand times would take minutes.
            hash ??= await services.Passwords.HashAsync(Password, cancellationToken: cancel);
            missing.Add(new NewDirectoryObject(new Account { PrimaryAddress = name + "@example.com", Alias = name, DisplayName = display, IsAdministrator = i == 0 }, hash));
        }
        if (missing.Count > 0)
            await services.Directory.AddRangeAsync(missing, cancel);
        await services.Engine.CreateMailboxesAsync([.. services.Directory.Current.Recipients.OfType<MailboxRecipient>().Where(m => m.MailboxEnabled && m is not PublicStore).Select(m => (m.MailboxGuid, m.Id))], cancel);
    }
}
