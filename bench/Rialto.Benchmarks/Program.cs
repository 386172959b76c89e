BenchmarkDotNet.Running.BenchmarkSwitcher.FromAssembly(typeof(Rialto.Benchmarks.MimeBenchmarks).Assembly).Run(args);
