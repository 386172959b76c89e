namespace Rialto.Store;

/// <summary>
/// What a change of a message touched, as far as whoever made it says: whoever follows the log can then fetch that alone. On disk: add, never change; what a part holds may
/// become more, never less.
/// </summary>
[Flags]
public enum MessageParts : byte
{
    /// <summary>Not said: anything may be another.</summary>
    Unknown = 0,

    /// <summary>Marks, flags, follow-up, keywords, importance, and what the server notes of every change.</summary>
    State = 0x01,

    Subject = 0x02,
    Body = 0x04,
    Recipients = 0x08,
    Attachments = 0x10,

    /// <summary>Properties that belong to none of the others were set; none of these was deleted.</summary>
    Others = 0x20,
}
