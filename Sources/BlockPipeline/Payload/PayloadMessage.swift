public import ConsensusTypes
public import Hashing
internal import SSZ
internal import Snappy

/// A message that carries a signed execution payload envelope, as it came.
public struct PayloadMessage: Sendable {
    public let bytes: [UInt8]
    public let encoding: BlockMessage.Encoding

    public init(bytes: [UInt8], encoding: BlockMessage.Encoding = .snappy) {
        self.bytes = bytes
        self.encoding = encoding
    }
}

/// An envelope unpacked and decoded.
struct DecodedEnvelope: Sendable {
    let signed: SignedExecutionPayloadEnvelope
    let ssz: [UInt8]

    var blockRoot: Root { signed.message.beaconBlockRoot }
    /// What its payload says is the slot of its block.
    var slot: Slot { signed.message.payload.slotNumber }

    /// - Parameters:
    ///   - limit: the most bytes that an envelope may have, `MAX_PAYLOAD_SIZE`.
    init(_ message: PayloadMessage, spec: ChainSpec, limit: Int) throws(PayloadError) {
        do throws(SnappyError) {
            ssz = try message.encoding.unpack(message.bytes, maximum: limit)
        } catch {
            throw PayloadError("\(error)")
        }
        let fork: ForkName
        do throws(SSZError) {
            // The slot lies deep in the payload. It stands where it does since gloas, in which it tells the fork.
            let first = try SignedExecutionPayloadEnvelope.decode(ssz, in: spec.context(.gloas))
            fork = spec.fork(atSlot: first.message.payload.slotNumber)
            signed = fork <= .gloas ? first : try SignedExecutionPayloadEnvelope.decode(ssz, in: spec.context(fork))
        } catch {
            throw PayloadError("\(error)")
        }
        guard fork >= .gloas else {
            throw PayloadError("slot_number: expected a slot since gloas, got \(slot) of \(fork.name)")
        }
    }
}

/// Why a message is no valid envelope.
struct PayloadError: Error, Hashable, Sendable, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

/// How an envelope ended.
public struct PayloadOutcome: Sendable {
    public enum State: Hashable, Sendable {
        /// Verified, stored, in fork choice; those who wait for it have been told.
        case included
        /// The payload was verified before, or the same bytes came.
        case duplicate
        /// Let go while it waited for its block.
        case pending(String)
        /// Its block or its data has not come in time.
        case expired(String)
        /// Not looked at: too old or too early. Nobody's fault.
        case ignored(String)
        /// The sender's fault.
        case invalid(String)
        /// Our own fault, or the execution engine's.
        case failed(String)

        /// The name in tables and JSON, without the reason.
        public var name: String {
            switch self {
            case .included: "included"
            case .duplicate: "duplicate"
            case .pending: "pending"
            case .expired: "expired"
            case .ignored: "ignored"
            case .invalid: "invalid"
            case .failed: "failed"
            }
        }

        /// Why, in words.
        public var reason: String? {
            switch self {
            case .included, .duplicate: nil
            case .pending(let why), .expired(let why), .ignored(let why), .invalid(let why), .failed(let why): why
            }
        }
    }

    public var state: State
    /// Of the block whose payload it is, where it could be decoded.
    public var blockRoot: Root?
    public var slot: Slot = 0
    /// Nanoseconds it waited for its block.
    public var waited: UInt64 = 0
    /// Nanoseconds until it was verified, its data's wait included.
    public var verified: UInt64 = 0

    public init(state: State) { self.state = state }
}
