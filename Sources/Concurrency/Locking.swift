// Every room that knows this one knows `Guarded`: the pure rooms use it too, so it stands below them.
@_exported public import Locking
