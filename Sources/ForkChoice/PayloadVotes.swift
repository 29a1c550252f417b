internal import ConsensusTypes

/// What the payload timeliness committee of a block's slot said of its payload.
struct PayloadVotes: Sendable {
    /// The committee; a validator may sit in it more than once.
    let ptc: [ValidatorIndex]
    /// Whether the payload was there in time, by position in the committee; `nil` where nothing was said.
    ///
    /// Spec: `payload_timeliness_vote`.
    private(set) var timeliness: [Bool?]
    /// Whether its data was available.
    ///
    /// Spec: `payload_data_availability_vote`.
    private(set) var availability: [Bool?]

    init(ptc: [ValidatorIndex], size: Int) {
        self.ptc = ptc
        timeliness = Array(repeating: nil, count: size)
        availability = timeliness
    }

    /// Takes what some members say, for all their seats; it replaces what they said before.
    mutating func take(_ data: PayloadAttestationData, from members: Set<ValidatorIndex>) {
        for (seat, member) in ptc.enumerated() where members.contains(member) {
            timeliness[seat] = data.payloadPresent
            availability[seat] = data.blobDataAvailable
        }
    }

    /// Whether more than half of the committee says `answer`.
    static func isMajority(_ votes: [Bool?], for answer: Bool) -> Bool {
        // Spec: `PAYLOAD_TIMELY_THRESHOLD`, `DATA_AVAILABILITY_TIMELY_THRESHOLD`.
        votes.count { $0 == answer } > votes.count / 2
    }
}
