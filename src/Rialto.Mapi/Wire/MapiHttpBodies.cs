// [MS-OXCMAPIHTTP] 2.2.4.1-2.2.4.4: bodies of the mailbox endpoint's request types.
using Rialto.Wire;

namespace Rialto.Mapi.Wire;

/// <summary>2.2.4.1.1.</summary>
public struct ConnectRequest : IWireStructure<ConnectRequest>
{
    public string UserDn;
    public uint Flags;
    public uint DefaultCodePage;
    public uint LcidSort;
    public uint LcidString;
    public byte[] AuxiliaryBuffer;

    public static void Fields<TIo>(ref TIo io, scoped ref ConnectRequest value)
        where TIo : struct, IWireIo, allows ref struct
    {
        io.AsciiZ(ref value.UserDn);
        io.U32(ref value.Flags);
        io.U32(ref value.DefaultCodePage);
        io.U32(ref value.LcidSort);
        io.U32(ref value.LcidString);
        io.Bytes(ref value.AuxiliaryBuffer, CountWidth.UInt32);
    }
}

/// <summary>2.2.4.1.2; with a StatusCode other than 0 the failure body of 2.2.4.1.3.</summary>
public struct ConnectResponse : IWireStructure<ConnectResponse>
{
    public uint StatusCode;
    public uint ErrorCode;

    /// <summary>Milliseconds.</summary>
    public uint PollsMax;
    public uint RetryCount;

    /// <summary>Milliseconds.</summary>
    public uint RetryDelay;
    public string DnPrefix;
    public string DisplayName;
    public byte[] AuxiliaryBuffer;

    public static void Fields<TIo>(ref TIo io, scoped ref ConnectResponse value)
        where TIo : struct, IWireIo, allows ref struct
    {
        io.U32(ref value.StatusCode);
        if (value.StatusCode == 0)
        {
            io.U32(ref value.ErrorCode);
            io.U32(ref value.PollsMax);
            io.U32(ref value.RetryCount);
            io.U32(ref value.RetryDelay);
            io.AsciiZ(ref value.DnPrefix);
            io.Utf16Z(ref value.DisplayName);
        }
        io.Bytes(ref value.AuxiliaryBuffer, CountWidth.UInt32);
    }
}

/// <summary>How the server may build its answer. [MS-OXCRPC] 3.1.4.2, pulFlags.</summary>
[Flags]
public enum ExecuteFlags : uint
{
    None = 0,
    NoCompression = 0x00000001,
    NoXorMagic = 0x00000002,
    Chain = 0x00000004,
}

/// <summary>2.2.4.2.1.</summary>
public struct ExecuteRequest : IWireStructure<ExecuteRequest>
{
    public ExecuteFlags Flags;
    public byte[] RopBuffer;
    public uint MaxRopOut;
    public byte[] AuxiliaryBuffer;

    public static void Fields<TIo>(ref TIo io, scoped ref ExecuteRequest value)
        where TIo : struct, IWireIo, allows ref struct
    {
        io.Enum(ref value.Flags);
        io.Bytes(ref value.RopBuffer, CountWidth.UInt32);
        io.U32(ref value.MaxRopOut);
        io.Bytes(ref value.AuxiliaryBuffer, CountWidth.UInt32);
    }
}

/// <summary>2.2.4.2.2; with a StatusCode other than 0 the failure body of 2.2.4.2.3.</summary>
public struct ExecuteResponse : IWireStructure<ExecuteResponse>
{
    public uint StatusCode;
    public uint ErrorCode;
    public uint Flags;
    public byte[] RopBuffer;
    public byte[] AuxiliaryBuffer;

    public static void Fields<TIo>(ref TIo io, scoped ref ExecuteResponse value)
        where TIo : struct, IWireIo, allows ref struct
    {
        io.U32(ref value.StatusCode);
        if (value.StatusCode == 0)
        {
            io.U32(ref value.ErrorCode);
            io.U32(ref value.Flags);
            io.Bytes(ref value.RopBuffer, CountWidth.UInt32);
        }
        io.Bytes(ref value.AuxiliaryBuffer, CountWidth.UInt32);
    }
}

/// <summary>2.2.4.3.1.</summary>
public struct DisconnectRequest : IWireStructure<DisconnectRequest>
{
    public byte[] AuxiliaryBuffer;

    public static void Fields<TIo>(ref TIo io, scoped ref DisconnectRequest value)
        where TIo : struct, IWireIo, allows ref struct => io.Bytes(ref value.AuxiliaryBuffer, CountWidth.UInt32);
}

/// <summary>2.2.4.3.2; with a StatusCode other than 0 the failure body of 2.2.4.3.3.</summary>
public struct DisconnectResponse : IWireStructure<DisconnectResponse>
{
    public uint StatusCode;
    public uint ErrorCode;
    public byte[] AuxiliaryBuffer;

    public static void Fields<TIo>(ref TIo io, scoped ref DisconnectResponse value)
        where TIo : struct, IWireIo, allows ref struct
    {
        io.U32(ref value.StatusCode);
        if (value.StatusCode == 0)
            io.U32(ref value.ErrorCode);
        io.Bytes(ref value.AuxiliaryBuffer, CountWidth.UInt32);
    }
}

/// <summary>2.2.4.4.1.</summary>
public struct NotificationWaitRequest : IWireStructure<NotificationWaitRequest>
{
    public uint Flags;
    public byte[] AuxiliaryBuffer;

    public static void Fields<TIo>(ref TIo io, scoped ref NotificationWaitRequest value)
        where TIo : struct, IWireIo, allows ref struct
    {
        io.U32(ref value.Flags);
        io.Bytes(ref value.AuxiliaryBuffer, CountWidth.UInt32);
    }
}

/// <summary>2.2.4.4.2; with a StatusCode other than 0 the failure body of 2.2.4.4.3.</summary>
public struct NotificationWaitResponse : IWireStructure<NotificationWaitResponse>
{
    /// <summary>EventPending: notifications can be fetched with the next Execute.</summary>
    public const uint NotificationPending = 0x00000001;

    public uint StatusCode;
    public uint ErrorCode;
    public uint EventPending;
    public byte[] AuxiliaryBuffer;

    public static void Fields<TIo>(ref TIo io, scoped ref NotificationWaitResponse value)
        where TIo : struct, IWireIo, allows ref struct
    {
        io.U32(ref value.StatusCode);
        if (value.StatusCode == 0)
        {
            io.U32(ref value.ErrorCode);
            io.U32(ref value.EventPending);
        }
        io.Bytes(ref value.AuxiliaryBuffer, CountWidth.UInt32);
    }
}
