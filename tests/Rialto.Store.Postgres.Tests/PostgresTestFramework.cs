using System.Reflection;
using Rialto.Testing;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace Rialto.Store.Postgres.Tests;

/// <summary>Skips every test, saying why, where there is no PostgreSQL: the inherited suites' facts cannot say so themselves.</summary>
public sealed class PostgresTestFramework(IMessageSink messages) : XunitTestFramework(messages)
{
    public static bool IsInstalled => File.Exists(PostgresInstance.Initdb);

    protected override ITestFrameworkExecutor CreateExecutor(AssemblyName assemblyName) => new Executor(assemblyName, SourceInformationProvider, DiagnosticMessageSink);

    private sealed class Executor(AssemblyName assembly, ISourceInformationProvider sources, IMessageSink messages) : XunitTestFrameworkExecutor(assembly, sources, messages)
    {
        protected override void RunTestCases(IEnumerable<IXunitTestCase> testCases, IMessageSink executionMessageSink, ITestFrameworkExecutionOptions executionOptions) =>
            base.RunTestCases(IsInstalled ? testCases : testCases.Select(c => new SkippedTestCase(DiagnosticMessageSink, c)), executionMessageSink, executionOptions);
    }

    private sealed class SkippedTestCase : XunitTestCase
    {
        /// <summary>For deserialisation, which the runner may do.</summary>
        [Obsolete("Called by the deserialiser; should only be called by deriving classes for deserialisation purposes", error: false)]
        public SkippedTestCase()
        {
        }

        public SkippedTestCase(IMessageSink messages, IXunitTestCase testCase)
            : base(messages, TestMethodDisplay.ClassAndMethod, TestMethodDisplayOptions.None, testCase.TestMethod, testCase.TestMethodArguments)
        {
        }

        protected override string GetSkipReason(IAttributeInfo factAttribute) => $"{PostgresInstance.Initdb} is not installed";
    }
}
