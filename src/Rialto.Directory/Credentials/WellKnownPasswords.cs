// RFC 9051 11.7: passwords that are tried first by whoever guesses.
using System.Collections.Frozen;
using System.Globalization;
using System.Text;

namespace Rialto.Directory;

/// <summary>
/// Whether a password is one that everybody knows: a word of the list below, as it stands or with a few digits and signs around it and letters written as digits ("P@ssw0rd1!"); one of the
/// account's own names likewise; one unit over and over ("abcabcabc"); a run of the alphabet, the digits or the keyboard.
/// </summary>
public static class WellKnownPasswords
{
    /// <summary>Digits and signs before and behind a word that make no other of it: a year and a mark of exclamation.</summary>
    private const int MaxDecoration = 5;

    private const int MaxUnit = 4;

    private static readonly FrozenSet<string> Words = """
        password passwort motdepasse contrasena wachtwoord senha parola haslo heslo losenord passord salasana passw passwd pass password1 password12
        password123 letmein welcome welcometo hello helloworld changeme changeit change default guest admin administrator root toor system manager supervisor
        operator test tester testing testtest temp temporary secret topsecret private server computer internet windows linux ubuntu oracle cisco microsoft
        google facebook twitter youtube yahoo gmail hotmail outlook exchange samsung apple iphone android nokia sony dell lenovo thinkpad login signin access
        master superuser user username demo sample example company office business account mail email webmail postmaster backup database qwerty qwertz azerty
        qwert qwer asdf asdfgh zxcvbn zxcv qazwsx qazwsxedc wsxedc qwaszx asdfjkl abcd abcdef abc abcabc aaaa xxxx zzzz iloveyou ilove love loveyou lovely
        lover loveme iloveu ihateyou fuckyou fuckme fuckoff bullshit asshole whatever nothing something anything trustno trustnoone monkey dragon shadow
        sunshine princess football baseball basketball soccer hockey tennis golfer volleyball superman batman spiderman ironman wonderwoman pokemon pikachu
        naruto minecraft fortnite starwars stargate startrek matrix gandalf hobbit frodo harrypotter hogwarts jedi yoda lukeskywalker vader darthvader michael
        jennifer jessica ashley jordan michelle daniel thomas robert charlie andrew matthew joshua anthony william george joseph hunter harley ranger buster
        tigger ginger pepper cookie maggie summer winter spring autumn january february march april june july august september october november december
        monday tuesday wednesday thursday friday saturday sunday sommer herbst fruehling januar februar oktober dezember mustang corvette ferrari porsche
        mercedes toyota honda yamaha kawasaki harleydavidson arsenal liverpool chelsea barcelona realmadrid juventus manchester manutd everton celtic rangers
        yankees lakers cowboys steelers eagles redsox london paris berlin madrid moscow america england germany france canada australia brasil russia india
        china japan killer ninja samurai warrior wizard magic phantom falcon phoenix tiger lion eagle dolphin butterfly angel angels blessed jesus jesuschrist
        christ heaven godisgood cheese chocolate banana orange apples strawberry cherry lollipop cupcake icecream coffee pizza rainbow diamond silver golden
        purple yellow green black white bluesky flower flowers freedom liberty justice victory friends forever together family mother father brother sister
        daddy mommy babygirl babyboy baby sweetheart sweetie honey darling bonjour doudou loulou chouchou secret123 admin123 root123 test123 user123 pass123
        abc123 qwerty123 welcome1 welcome123 letmein1 p4ssword passwords mypassword yourpassword newpassword nopassword thepassword password2 computer1
        internet1 fuckyou1 iloveyou1 sunshine1 princess1 football1 monkey1 dragon1 master1 superman1 charlie1 einstein chopper jackass jackson madonna
        metallica nirvana slipknot eminem beatles elvis corona covid lockdown vaccine bitcoin money dollar rich lucky lucky7 casino poker a1b2c3d4 1q2w3e4r
        1q2w3e4r5t 1qaz2wsx 1qazxsw2 q1w2e3r4 q1w2e3r4t5 zaq12wsx zaq1zaq1 1qaz1qaz 11111111 00000000 123123123 123321123 12341234 123454321 147258369 159357
        789456123 741852963 987654321 10203040 112233 11223344 1122334455 121212 131313 696969 007007 5201314 woaini woaini1314 g_czechout access14 rush2112
        ncc1701 ncc1701d thx1138 bond007 trustno1 blink182 50cent 8675309 aa123456 a123456 a12345678 abc12345 abcd1234 abc123456 asd123 qwe123 qwer1234 qweasd
        qweasdzxc 123qwe 123qweasd 123abc 123456a 123456789a 12345678a zxc123 zxcvbnm1 asdasd asdasdasd qweqwe qweqweqwe asdf1234 1234qwer 1234abcd passpass
        testpass gfhjkm
        """.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Rows of keyboards, one behind the other, and the ways down their columns.</summary>
    private static readonly string[] Runs =
    [
        "qwertyuiopasdfghjklzxcvbnm", "qwertzuiopasdfghjklyxcvbnm", "azertyuiopqsdfghjklmwxcvbn", "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p", "1qazxsw23edcvfr45tgbnhy67ujm",
        "1q2w3e4r5t6y7u8i9o0p", "qawsedrftgyhujikolp", "123456789012345678901234567890",
    ];

    /// <param name="password">As it was typed.</param>
    /// <param name="account">Whose names are well known too; null: nobody's.</param>
    public static bool Contains(string password, Account? account = null)
    {
        var text = Fold(password);
        if (text.Length == 0 || IsRepeated(text) || IsRun(text) || Words.Contains(text)) return true;
        var core = Undecorated(text);
        if (core.Length < text.Length && (IsRepeated(core) || Words.Contains(core))) return true;
        var spelled = Spelled(core);
        if (Words.Contains(spelled)) return true;
        return account is not null && NamesOf(account).Any(name => name.Length > 2 && (name == text || name == core || name == spelled));
    }

    /// <summary>Whether a file of one password a line has it, whatever its case. Such files are larger than is worth remembering, and passwords are set rarely.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static async Task<bool> ContainsAsync(string file, string password, CancellationToken cancellationToken)
    {
        var text = Fold(password);
        await foreach (var line in File.ReadLinesAsync(file, Encoding.UTF8, cancellationToken))
        {
            // What cannot become the same is not folded: most of a large list.
            if ((line.Length == text.Length || !Ascii.IsValid(line)) && Fold(line) == text) return true;
        }

        return false;
    }

    private static string Fold(string text) => SaslPreparation.Prepare(text).ToLower(CultureInfo.InvariantCulture);

    /// <summary>The address, its two halves, the alias, the names and the domain's first part.</summary>
    private static IEnumerable<string> NamesOf(Account account)
    {
        foreach (var text in (string?[])[account.PrimaryAddress, account.Alias, account.DisplayName, account.Details.GivenName, account.Details.Surname])
        {
            if (string.IsNullOrEmpty(text)) continue;
            var name = Fold(text);
            yield return name;
            yield return name.Replace(" ", "", StringComparison.Ordinal);
            foreach (var part in name.Split([' ', '@', '.', '-', '_'], StringSplitOptions.RemoveEmptyEntries)) yield return part;
            if (name.IndexOf('@', StringComparison.Ordinal) is > 0 and var at)
            {
                yield return name[..at];
                yield return name[(at + 1)..];
            }
        }
    }

    private static bool IsRepeated(string text)
    {
        for (var unit = 1; unit <= MaxUnit && unit * 2 <= text.Length; unit++)
        {
            if (text.AsSpan(unit).SequenceEqual(text.AsSpan(0, text.Length - unit))) return true;
        }

        return false;
    }

    private static bool IsRun(string text)
    {
        if (text.Length > 3 && (IsStep(text, 1) || IsStep(text, -1))) return true;
        var backwards = string.Concat(text.Reverse());
        return Runs.Any(run => run.Contains(text, StringComparison.Ordinal) || run.Contains(backwards, StringComparison.Ordinal));
    }

    private static bool IsStep(string text, int step)
    {
        for (var i = 1; i < text.Length; i++)
        {
            if (text[i] - text[i - 1] != step) return false;
        }

        return true;
    }

    /// <summary>The text without a few digits and signs at its ends; as it is where there are more of them.</summary>
    private static string Undecorated(string text)
    {
        var (start, end) = (0, text.Length);
        while (end > start && !char.IsLetter(text[end - 1])) end--;
        while (start < end && !char.IsLetter(text[start])) start++;

        // One sign in front may stand for a letter: "$ecret".
        if (start == 1 && "@$".Contains(text[0], StringComparison.Ordinal)) start--;
        return end - start < MaxUnit || text.Length - (end - start) > MaxDecoration ? text : text[start..end];
    }

    private static string Spelled(string text) => string.Create(text.Length, text, (span, source) =>
    {
        for (var i = 0; i < span.Length; i++)
        {
            span[i] = source[i] switch { '0' => 'o', '1' or '!' => 'i', '3' => 'e', '4' or '@' => 'a', '5' or '$' => 's', '7' => 't', var c => c };
        }
    });
}
