using System.Runtime.Versioning;

// flock, fdatasync and mmap are called as Linux has them.
[assembly: SupportedOSPlatform("linux")]
