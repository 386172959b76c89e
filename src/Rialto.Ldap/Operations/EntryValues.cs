// RFC 4511 4.6 (add, delete, replace of values), RFC 4525 (increment), RFC 2256 userPassword.
using System.Globalization;
using System.Text;
using Rialto.Directory;
using Rialto.Ldap.Schema;
using Rialto.Ldap.Search;
using Rialto.Ldap.Tree;
using Rialto.Ldap.Wire;

namespace Rialto.Ldap.Operations;

/// <summary>What setting attributes makes of a recipient: a changed copy, perhaps a photo and a password besides.</summary>
/// <param name="view">The directory.</param>
/// <param name="recipient">What is changed.</param>
/// <param name="stored">Its photo and certificates, where single ones of them are added or taken away.</param>
internal sealed class EntryValues(LdapView view, Recipient recipient, StoredValues stored = default)
{
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    /// <summary>The copy so far.</summary>
    public Recipient Recipient { get; private set; } = recipient;

    /// <summary>A new photo; empty removes it; null leaves it.</summary>
    public byte[]? Photo { get; private set; }

    /// <summary>New certificates; none removes them; null leaves them.</summary>
    public IReadOnlyList<byte[]>? Certificates { get; private set; }

    /// <summary>A new password; null leaves it.</summary>
    public string? Password { get; private set; }

    /// <summary>Whether a hashed password was left out: they are made anew here or not at all.</summary>
    public bool HadHashedPassword { get; private set; }

    /// <summary>Sets an attribute to exactly these values.</summary>
    public void Set(string description, IReadOnlyList<byte[]> values)
    {
        var attribute = AttributeTable.Find(description);
        if (attribute is null)
        {
            if (!AttributeTable.IsDescriptor(description)) throw new LdapException(ResultCode.UndefinedAttributeType, $"\"{description}\" is no attribute here.");
            Recipient = AttributeTable.Custom(Recipient, CustomName(description), [.. values.Select(v => Text(description, v))]);
            return;
        }

        if (ReferenceEquals(attribute, AttributeTable.ObjectClass)) return;
        if (ReferenceEquals(attribute, AttributeTable.UserPassword))
        {
            SetPassword(values);
            return;
        }

        if (attribute.IsPhoto)
        {
            Photo = values.Count == 0 ? [] : values[0];
            return;
        }

        if (attribute.IsCertificate)
        {
            Certificates = values;
            return;
        }

        if (attribute.Set is not { } set) throw new LdapException(ResultCode.ConstraintViolation, $"{attribute.Name} is kept by the server and cannot be set.");
        var texts = values.Select(v => Text(attribute.Name, v)).ToList();
        if (attribute.IsSingle && texts.Count > 1)
        {
            // A person of several departments or phones: the first is what this directory has a place for, the rest is kept beside it.
            if (attribute.Syntax is not (LdapSyntax.Text or LdapSyntax.Phone) || attribute.Name is "mail" or "uid" or "mailNickname" or "sAMAccountName")
            {
                if (attribute.Name != "mail") throw new LdapException(ResultCode.ConstraintViolation, $"{attribute.Name} has one value.");
                Recipient = Recipient with { PrimaryAddress = texts[0], FurtherAddresses = [.. Recipient.FurtherAddresses.Union(texts.Skip(1), StringComparer.OrdinalIgnoreCase)] };
                return;
            }

            texts = [texts[0]];
        }

        Recipient = set(view, Recipient, texts);
    }

    /// <summary>One change of a modify request.</summary>
    public void Apply(LdapChange change)
    {
        var description = change.Values.Attribute;
        var attribute = AttributeTable.Find(description);
        var wanted = change.Values.Values;
        if (change.Kind == 2 || ReferenceEquals(attribute, AttributeTable.UserPassword))
        {
            // A password is never taken away by naming it: that would tell whether it is the one.
            Set(description, wanted);
            return;
        }

        var now = Now(attribute, description);
        switch (change.Kind)
        {
            case 0:
                if (wanted.Length == 0) throw new LdapException(ResultCode.ProtocolError, "An addition needs values.");
                foreach (var value in wanted)
                {
                    if (now.Exists(n => Same(attribute, n, value))) throw new LdapException(ResultCode.AttributeOrValueExists, $"{description} has the value already.");
                    now.Add(value);
                }

                if ((attribute?.IsSingle == true || attribute?.IsPhoto == true) && now.Count > 1) throw new LdapException(ResultCode.ConstraintViolation, $"{attribute.Name} has one value; replace it.");
                break;
            case 1 when wanted.Length == 0:
                if (now.Count == 0) throw new LdapException(ResultCode.NoSuchAttribute, $"There is no {description}.");
                now.Clear();
                break;
            case 1:
                foreach (var value in wanted)
                {
                    if (now.RemoveAll(n => Same(attribute, n, value)) == 0) throw new LdapException(ResultCode.NoSuchAttribute, $"{description} has no such value.");
                }

                break;
            case 3:
                if (now.Count != 1 || wanted.Length != 1 || !long.TryParse(Encoding.UTF8.GetString(now[0]), out var old) || !long.TryParse(Encoding.UTF8.GetString(wanted[0]), out var by))
                    throw new LdapException(ResultCode.ConstraintViolation, "Only one number is incremented by one number.");
                now = [Encoding.UTF8.GetBytes((old + by).ToString(CultureInfo.InvariantCulture))];
                break;
        }

        Set(description, now);
    }

    /// <summary>The values as they are after the changes so far.</summary>
    private List<byte[]> Now(LdapAttribute? attribute, string description)
    {
        if (attribute is null) return [.. AttributeTable.CustomValues(Recipient, description).Select(Encoding.UTF8.GetBytes)];
        if (attribute.IsPhoto) return (Photo ?? stored.Photo) is { Length: > 0 } photo ? [photo] : [];
        return attribute.IsCertificate ? [.. Certificates ?? stored.Certificates ?? []] : attribute.ValuesOf(view, Recipient);
    }

    /// <summary>Fills in what follows from the rest: display name from the common name, address from the domain; takes out what says the same twice.</summary>
    public EntryValues Finish(LdapView at, LdapDomain domain, NamePart relative, string? mail)
    {
        var custom = Recipient.CustomAttributes;
        var common = custom.GetValueOrDefault("cn");
        if (Recipient.DisplayName.Length == 0 && common is not null) Recipient = Recipient with { DisplayName = common.Split('\n')[0] };
        if (common == Recipient.DisplayName) Recipient = Recipient with { CustomAttributes = Recipient.CustomAttributes.Remove("cn") };
        if (mail is null && Recipient.PrimaryAddress.Length == 0 && Recipient is not ExternalContact && !ReferenceEquals(domain, at.DefaultDomain))
        {
            var local = Recipient.Alias.Length > 0 ? Recipient.Alias : new string([.. relative.Value.Where(char.IsAsciiLetterOrDigit)]);
            if (local.Length > 0) Recipient = Recipient with { PrimaryAddress = $"{local}@{domain.Domain.Name}" };
        }

        return this;
    }

    private bool Same(LdapAttribute? attribute, byte[] a, byte[] b)
    {
        if (a.AsSpan().SequenceEqual(b)) return true;
        if (attribute?.Syntax == LdapSyntax.Octets) return false;
        var (left, right) = (Encoding.UTF8.GetString(a), Encoding.UTF8.GetString(b));
        if (attribute?.Syntax == LdapSyntax.Name) return view.FindRecipient(left) is { } one && view.FindRecipient(right)?.Id == one.Id;
        return attribute?.Name == "proxyAddresses" ? left.Equals(right, StringComparison.OrdinalIgnoreCase) : SearchText.Fold(left).AsSpan().SequenceEqual(SearchText.Fold(right));
    }

    /// <summary>Refuses what would be refused later, when the rest is stored already.</summary>
    public EntryValues Check(DirectoryOptions limits)
    {
        if (Photo?.Length > limits.MaxPhotoBytes) throw new LdapException(ResultCode.AdminLimitExceeded, $"The photo has {Photo.Length} bytes; at most {limits.MaxPhotoBytes} are taken.");
        if (Certificates?.Sum(c => (long)c.Length + sizeof(int)) > limits.MaxCertificateBytes) throw new LdapException(ResultCode.AdminLimitExceeded, $"The certificates have more than {limits.MaxCertificateBytes} bytes.");
        if (Password is { } password) PasswordRules.Check(limits, password, Recipient as Account);
        return this;
    }

    /// <summary>Stores what is not part of the object itself, once the object is there.</summary>
    public async Task StoreAsync(DirectoryService directory, Guid id, CancellationToken cancellationToken = default)
    {
        if (Photo is { } photo) await directory.SetPhotoAsync(id, photo.Length == 0 ? null : photo, cancellationToken);
        if (Certificates is { } certificates) await directory.SetCertificatesAsync(id, [.. certificates], cancellationToken);
    }

    private void SetPassword(IReadOnlyList<byte[]> values)
    {
        if (values.Count != 1) throw new LdapException(ResultCode.ConstraintViolation, "An account has one password.");
        var text = Text("userPassword", values[0]);
        if (text.StartsWith('{') && text.IndexOf('}', StringComparison.Ordinal) is > 1 and < 20)
        {
            if (text.StartsWith("{CLEARTEXT}", StringComparison.OrdinalIgnoreCase)) text = text[11..];
            else
            {
                HadHashedPassword = true;
                return;
            }
        }

        Password = text;
    }

    private string CustomName(string name)
    {
        foreach (var key in Recipient.CustomAttributes.Keys)
        {
            if (key.Equals(name, StringComparison.OrdinalIgnoreCase)) return key;
        }

        return name;
    }

    private static string Text(string attribute, byte[] value)
    {
        try
        {
            return Strict.GetString(value);
        }
        catch (DecoderFallbackException)
        {
            throw new LdapException(ResultCode.InvalidAttributeSyntax, $"A value of {attribute} is not UTF-8.");
        }
    }
}
