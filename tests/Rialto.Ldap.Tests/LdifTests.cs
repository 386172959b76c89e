using System.Text;
using Rialto.Directory;
using Rialto.Ldap.Ldif;
using Rialto.Testing;

namespace Rialto.Ldap.Tests;

public sealed class LdifTests
{
    [Fact]
    public void Records_are_read_as_the_format_says()
    {
        var records = Read("""
            version: 1
            # a comment
            dn: uid=anna,dc=x
            objectClass: top
            objectClass: person
            cn:: QW5uYSBNw7xsbGVy
            description: folded
              text
            empty:

            dn: uid=bert,dc=x
            changetype: modify
            add: title
            title: Boss
            title: King
            -
            delete: description
            -
            replace: sn
            sn: H

            dn: uid=carla,dc=x
            changetype: delete


            dn: uid=dora,dc=x
            changetype: modrdn
            newrdn: uid=doris
            deleteoldrdn: 1
            """);
        records.Select(r => r.ChangeType).ShouldBe(["add", "modify", "delete", "modrdn"]);
        records.ShouldAllBe(r => r.Error == null);
        records[0].Attributes.Single(a => a.Attribute == "objectClass").Values.Length.ShouldBe(2);
        Text(records[0], "cn").ShouldBe("Anna Müller");
        Text(records[0], "description").ShouldBe("folded text");
        Text(records[0], "empty").ShouldBe("");
        records[1].Changes.Select(c => (c.Kind, c.Values.Attribute, c.Values.Values.Length)).ShouldBe([(0, "title", 2), (1, "description", 0), (2, "sn", 1)]);
        records[3].NewName.ShouldBe("uid=doris");
        records.Select(r => r.Line).ShouldBe([3, 11, 22, 26]);
    }

    [Fact]
    public void Bad_records_are_told_and_skipped()
    {
        var records = Read("cn: no name\n\ndn: a=b\nnonsense\n\ndn: a=b\ncn:: ***\n\ndn: a=b\njpegPhoto:< file:///etc/passwd\n\ndn: a=b\nchangetype: modify\nexplode: x\n\ndn: a=b\nchangetype: fly\n\ndn: uid=good\ncn: g\n");
        records.Count(r => r.Error is not null).ShouldBe(6);
        records[^1].Error.ShouldBeNull();
        records[^1].Dn.ShouldBe("uid=good");
    }

    [Fact]
    public void Any_bytes_end()
    {
        var random = new Random(3);
        for (var i = 0; i < 500; i++)
        {
            var bytes = new byte[random.Next(300)];
            random.NextBytes(bytes);
            for (var j = 0; j < bytes.Length; j++)
            {
                if (random.Next(4) == 0) bytes[j] = (byte)"dn: \n-\r#"[random.Next(8)];
            }

            Read(bytes).Count.ShouldBeLessThan(300);
        }
    }

    [Fact]
    public async Task An_export_of_another_server_becomes_people_and_groups()
    {
        await using var directory = await TestDirectory.CreateAsync(1);
        var import = new LdifImport(directory.Service, directory.Passwords);
        await import.RunAsync(new MemoryStream(Encoding.UTF8.GetBytes("""
            dn: dc=example,dc=com
            objectClass: dcObject
            dc: example

            dn: ou=people,dc=example,dc=com
            objectClass: organizationalUnit

            dn: cn=staff,ou=groups,dc=example,dc=com
            objectClass: groupOfNames
            cn: staff
            member: uid=anna,ou=people,dc=example,dc=com
            member: uid=gone,ou=people,dc=example,dc=com

            dn: uid=anna,ou=people,dc=example,dc=com
            objectClass: inetOrgPerson
            cn: Anna Meier
            sn: Meier
            mail: anna@example.com
            manager: uid=user1,ou=people,dc=example,dc=com
            userPassword: {SSHA}c2VjcmV0
            entryUUID: 5b8a1f3e-0000-0000-0000-000000000000
            modifyTimestamp: 20260101000000Z

            dn: uid=bert,ou=people,dc=example,dc=com
            objectClass: inetOrgPerson
            cn: Bert
            mail: user1@example.com

            dn: uid=carl,ou=people,dc=example,dc=com
            objectClass: inetOrgPerson
            cn: Carl
            userPassword: carls-password

            dn: uid=carl,ou=people,dc=example,dc=com
            changetype: modify
            replace: title
            title: Clerk
            """)));
        (import.Added, import.Changed, import.Skipped, import.WithoutPassword).ShouldBe((3, 1, 2, 1));
        import.Failures.Select(f => f.Dn).ShouldBe(["uid=bert,ou=people,dc=example,dc=com", "cn=staff,ou=groups,dc=example,dc=com"]);
        var anna = directory.Account("anna@example.com");
        anna.Details.ManagerId.ShouldBe(directory.Account("user1@example.com").Id);
        directory.Current.Recipients.OfType<Group>().Single().Members.ShouldBe([anna.Id]);
        directory.Account("carl@example.com").Details.Title.ShouldBe("Clerk");
        (await directory.Authenticator.AuthenticateAsync("carl", "carls-password", null, "test")).IsSuccess.ShouldBeTrue();
    }

    private static string Text(LdifRecord record, string name) => Encoding.UTF8.GetString(record.Attributes.Single(a => a.Attribute == name).Values[0]);

    private static List<LdifRecord> Read(string text) => Read(Encoding.UTF8.GetBytes(text));

    private static List<LdifRecord> Read(byte[] bytes)
    {
        var reader = new LdifReader(new MemoryStream(bytes));
        var records = new List<LdifRecord>();
        while (reader.Read() is { } record) records.Add(record);
        return records;
    }
}
