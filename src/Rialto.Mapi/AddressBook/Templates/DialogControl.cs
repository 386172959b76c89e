// [MS-OXOABKT] 2.2.2.1.2 TRow, 2.2.2.1.3 CNTRL.
using Rialto.Model;

namespace Rialto.Mapi.AddressBook.Templates;

/// <summary>What a control is. 2.2.2.1.2.</summary>
internal enum ControlType : uint
{
    Label = 0x00000000,
    Edit = 0x00000001,
    ListBox = 0x00000002,
    CheckBox = 0x00000005,
    GroupBox = 0x00000006,
    Button = 0x00000007,
    Page = 0x00000008,
    MultipleListBox = 0x0000000B,
}

/// <summary>How a control behaves. 2.2.2.1.2.</summary>
[Flags]
internal enum ControlFlags : uint
{
    None = 0,
    Multiline = 0x00000001,
    Editable = 0x00000002,
    Required = 0x00000004,
    AcceptDbcs = 0x00000020,
}

/// <summary>One control of a dialog, in dialog units.</summary>
/// <param name="Type">What it is.</param>
/// <param name="X">From the left.</param>
/// <param name="Width">How wide.</param>
/// <param name="Y">From the top of the page.</param>
/// <param name="Height">How high.</param>
/// <param name="Flags">How it behaves.</param>
/// <param name="Property">What it shows; none for mere text.</param>
/// <param name="Length">Characters that can be typed.</param>
/// <param name="Text">What it says, or which characters can be typed (<c>*</c>: any); null for neither.</param>
internal readonly record struct DialogControl(
    ControlType Type, uint X, uint Width, uint Y, uint Height, ControlFlags Flags = ControlFlags.None, PropertyTag Property = default, uint Length = 0, string? Text = null);
