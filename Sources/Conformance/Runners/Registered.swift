extension [VectorRunner] {
    /// Every runner there is.
    ///
    /// One file a runner beside this one, one line here.
    public static let registered: [VectorRunner] = [
        .bls,
        .operations,
        .sszGeneric,
        .sszStatic,
    ]
}
