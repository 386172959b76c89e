using Rialto.Model;
using Rialto.Oab.Build;
using Rialto.Oab.Wire;

namespace Rialto.Oab.Tests;

/// <summary>Made-up entries, the same ones for the same numbers.</summary>
internal static class People
{
    private static readonly string[] s_given = ["Anna", "Boris", "Chloé", "Dmitri", "Elif", "Fatima", "Günther", "Hiro", "Ines", "Jan", "Kofi", "Lucía", "Mei", "Nils", "Olga", "Priya"];
    private static readonly string[] s_family = ["Müller", "Santos", "Nakamura", "O'Neill", "Kowalska", "Dubois", "Okafor", "Lindqvist", "Rossi", "Novák", "Silva", "Haddad"];
    private static readonly string[] s_departments = ["Sales", "Research", "Legal", "Human Resources", "Production", "Logistics"];
    private static readonly string[] s_cities = ["Berlin", "Lisboa", "Kraków", "Osaka", "Dublin", "Lagos", "Göteborg"];

    public static PropertyValue[] Row(int number, string? title = null)
    {
        var random = new Random(number);
        var given = s_given[random.Next(s_given.Length)];
        var family = s_family[random.Next(s_family.Length)];
        var id = new byte[16];
        random.NextBytes(id);
        var alias = $"user{number}";
        var row = new PropertyValue[OabSchema.Objects.Length];
        Set(PropertyTags.EmailAddress, $"/o=Example/ou=Exchange Administrative Group (FYDIBOHF23SPDLT)/cn=Recipients/cn={Convert.ToHexStringLower(id)}-{alias}");
        Set(PropertyTags.SmtpAddress, $"{alias}@example.com");
        Set(PropertyTags.DisplayName, $"{family}, {given} {number:D6}");
        Set(PropertyTags.Account, alias);
        Set(PropertyTags.Surname, family);
        Set(PropertyTags.GivenName, given);
        row[OabSchema.IndexOf(PropertyTags.AddressBookProxyAddresses)] = PropertyValue.OfArray(PropertyTags.AddressBookProxyAddresses, new[] { $"SMTP:{alias}@example.com", $"smtp:{given}.{family}.{number}@example.com" });
        Set(PropertyTags.OfficeLocation, $"{random.Next(1, 9)}.{random.Next(100, 500)}");
        Number(PropertyTags.DisplayType, 0);
        Number(PropertyTags.ObjectType, 6);
        row[OabSchema.IndexOf(PropertyTags.SendRichInfo)] = PropertyValue.Of(PropertyTags.SendRichInfo, true);
        Set(PropertyTags.BusinessTelephoneNumber, $"+49 30 {random.Next(1_000_000, 9_999_999)}");
        Set(PropertyTags.Locality, s_cities[random.Next(s_cities.Length)]);
        Set(PropertyTags.Title, title ?? "Engineer");
        Set(PropertyTags.CompanyName, "Example Ltd");
        Set(PropertyTags.DepartmentName, s_departments[random.Next(s_departments.Length)]);
        Set(PropertyTags.AddressBookHomeMessageDatabase, "/o=Example/ou=Exchange Administrative Group (FYDIBOHF23SPDLT)/cn=Configuration/cn=Servers/cn=mail.example.com/cn=Microsoft Private MDB");
        Number(PropertyTags.DisplayTypeEx, 0x40000000);
        row[OabSchema.IndexOf(PropertyTags.AddressBookObjectGuid)] = PropertyValue.Of(PropertyTags.AddressBookObjectGuid, id);
        return row;

        void Set(PropertyTag tag, string text) => row[OabSchema.IndexOf(tag)] = PropertyValue.Of(tag, text);
        void Number(PropertyTag tag, int value) => row[OabSchema.IndexOf(tag)] = PropertyValue.Of(tag, value);
    }

    /// <summary>A file of entries.</summary>
    public static byte[] File(IEnumerable<PropertyValue[]> rows, int sequence = 1)
    {
        using var stream = new MemoryStream();
        var writer = DetailsWriter.Begin(stream, new OabFileHeader("\\Global Address List", "/", new Guid("00112233-4455-6677-8899-aabbccddeeff"), sequence), new OabLimits());
        foreach (var row in rows)
            writer.Write(row);
        writer.End();
        return stream.ToArray();
    }

    public static byte[] File(int count, int sequence = 1) => File(Enumerable.Range(0, count).Select(i => Row(i)), sequence);

    /// <summary>A list with entries of those numbers.</summary>
    public static OabContents List(Guid id, params IEnumerable<int> numbers) => new(id, "Global Address List", "/", cancel => Rows(numbers));

    private static async IAsyncEnumerable<OabRow> Rows(IEnumerable<int> numbers)
    {
        var row = new OabRow();
        foreach (var number in numbers)
        {
            Row(number).CopyTo(row.Values, 0);
            yield return row;
        }
        await Task.CompletedTask;
    }
}
