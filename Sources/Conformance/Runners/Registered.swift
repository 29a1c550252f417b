extension [VectorRunner] {
    /// Every runner there is.
    ///
    /// One file a runner beside this one, one line here.
    public static let registered: [VectorRunner] = [
        .bls,
        .epochProcessing,
        .fastConfirmation,
        .finality,
        .forkChoice,
        .forkChoice.named("fork_choice_compliance"),
        .fork,
        .genesis,
        .kzg,
        .lightClient,
        .merkleProof,
        .networking,
        .operations,
        .random,
        .rewards,
        .sanity,
        .shuffling,
        .sszGeneric,
        .sszStatic,
        .sync,
        .transition,
    ]
}
