using System.Reflection;
using Rialto.Testing;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace Rialto.Store.Postgres.Tests;

/// <summary>Skips every test, saying why, where there is no PostgreSQL: the inherited suites' facts cannot say so themselves.</summary>
public sealed class PostgresTestFramework(IMessageSink messages) : XunitTestFramework(messages)
{
    protected override ITestFrameworkExecutor CreateExecutor(AssemblyName assemblyName) => new Executor(assemblyName, SourceInformationProvider, DiagnosticMessageSink);

    private sealed class Executor(AssemblyName assembly, ISourceInformationProvider sources, IMessageSink messages) : XunitTestFrameworkExecutor(assembly, sources, messages)
    {
        protected override void RunTestCases(IEnumerable<IXunitTestCase> testCases, IMessageSink executionMessageSink, ITestFrameworkExecutionOptions executionOptions)
        {
            if (File.Exists(PostgresInstance.Initdb))
            {
                base.RunTestCases(testCases, executionMessageSink, executionOptions);
                return;
            }
            // Told by hand: nothing of the classes and their fixtures is made.
            var skipped = 0;
            foreach (var testCase in testCases)
            {
                var test = new XunitTest(testCase, testCase.DisplayName);
                executionMessageSink.OnMessage(new TestSkipped(test, $"{PostgresInstance.Initdb} is not installed"));
                skipped++;
            }
            executionMessageSink.OnMessage(new TestAssemblyFinished([], TestAssembly, 0, skipped, 0, skipped));
        }
    }
}
