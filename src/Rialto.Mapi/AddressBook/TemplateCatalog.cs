using Rialto.Model;

namespace Rialto.Mapi.AddressBook;

internal static class TemplateCatalog
{
    public static PropertyValue[][] CreationTable(NspiCall call, in Stat stat) => [];
}
