using Rialto.Directory;

namespace Rialto.Testing;

/// <summary>A directory in memory with organisation Example, domain example.com (alias example.net) and, on request, accounts; and an authenticator over it.</summary>
public sealed class TestDirectory : IAsyncDisposable
{
    public const string Password = "demo-password";

    /// <summary>So few iterations that tests need not wait; never for a real server.</summary>
    private const int Iterations = 10;

    private static readonly PasswordHash SharedHash = PasswordHash.Create(Password, Iterations);

    private TestDirectory(DirectoryService service, MemoryDirectoryStorage storage, TimeProvider time, Action<AuthenticationOptions>? configure)
    {
        Service = service;
        Storage = storage;
        AuthenticationOptions = new() { Iterations = Iterations };
        configure?.Invoke(AuthenticationOptions);
        Authenticator = new(service, AuthenticationOptions, time);
        Passwords = new(service, AuthenticationOptions);
    }

    public DirectoryService Service { get; }

    public MemoryDirectoryStorage Storage { get; }

    public AuthenticationOptions AuthenticationOptions { get; }

    public Authenticator Authenticator { get; }

    public PasswordBook Passwords { get; }

    public DirectorySnapshot Current => Service.Current;

    /// <param name="users">Accounts user1@example.com … beside admin@example.com, all with <see cref="Password"/>.</param>
    /// <param name="time">The clock; the system's without one.</param>
    /// <param name="configure">Changes the options of log-in.</param>
    public static async Task<TestDirectory> CreateAsync(int users = 0, TimeProvider? time = null, Action<AuthenticationOptions>? configure = null)
    {
        var storage = new MemoryDirectoryStorage();
        var service = await DirectoryService.OpenAsync(storage, time: time);
        await service.AddRangeAsync(
        [
            new(new Organisation { Name = "Example" }),
            new(new Domain { Name = "example.com", Aliases = ["example.net"] }),
            new(new Account { PrimaryAddress = "admin@example.com", DisplayName = "Administrator", IsAdministrator = true }, SharedHash),
            .. Enumerable.Range(1, users).Select(i => new NewDirectoryObject(new Account { PrimaryAddress = $"user{i}@example.com", DisplayName = $"User {i}" }, SharedHash)),
        ]);
        return new(service, storage, time ?? TimeProvider.System, configure);
    }

    public Account Account(string address) => (Account)Current.FindByAddress(address)!;

    public async ValueTask DisposeAsync()
    {
        Authenticator.Dispose();
        await Service.DisposeAsync();
    }
}
