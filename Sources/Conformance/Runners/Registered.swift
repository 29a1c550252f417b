extension [VectorRunner] {
    /// Every runner there is.
    ///
    /// One file a runner beside this one, one line here.
    public static let registered: [VectorRunner] = [
        .bls,
        .epochProcessing,
        .fork,
        .genesis,
        .operations,
        .rewards,
        .sanity,
        .shuffling,
        .sszGeneric,
        .sszStatic,
    ]
}
