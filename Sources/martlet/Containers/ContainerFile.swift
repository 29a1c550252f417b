import ConsensusTypes
import Foundation
import GossipIngest
import Hashing
import SSZ
import Snappy

/// A container in a file: SSZ, packed or not, or JSON where the name ends in `.json`.
struct ContainerFile: Sendable {
    /// The longest file, and the longest content.
    private static let maximum = 1 << 31

    let path: String
    let type: any SSZContainer.Type
    private let isJSON: Bool
    /// Unpacked.
    private let bytes: [UInt8]

    init(_ path: String, _ type: any SSZContainer.Type, isJSON: Bool? = nil) throws {
        self.path = path
        self.type = type
        self.isJSON = isJSON ?? path.hasSuffix(".json")
        do {
            let stored = try ByteFile.contents(of: path, maximum: Self.maximum)
            bytes = path.hasSuffix("_snappy") ? try Self.unpack(stored) : stored
        } catch {
            throw ContainerFileError.unreadable(path: path, problem: "\(error)")
        }
    }

    /// Vectors and streams use the block format, what comes from peers has frames, which begin with a mark.
    private static func unpack(_ stored: [UInt8]) throws -> [UInt8] {
        stored.starts(with: [0xff, 6, 0, 0] + Array("sNaPpY".utf8))
            ? try SnappyFrames.uncompress(stored, maximum: maximum)
            : try Snappy.uncompress(stored, maximum: maximum)
    }

    /// A value, and the fork and preset under which the file holds it.
    struct Reading: Sendable {
        let value: any SSZContainer
        let setting: ContainerRules.Setting

        var root: Root { value.hashTreeRoot(in: setting.context) }
        var ssz: [UInt8] { value.encoded(in: setting.context) }
    }

    /// Every way to read the file, likeliest first; throws where there is none.
    func readings(_ rules: ContainerRules) throws -> [Reading] {
        let envelope = isJSON ? JSONEnvelope(bytes) : nil
        let settings = rules.settings(version: envelope?.version) ?? rules.settings(of: type, ssz: isJSON ? nil : bytes)
        var readings: [Reading] = []
        var failure: (reach: Int, setting: ContainerRules.Setting, error: any Error)?
        for setting in settings {
            do {
                readings.append(Reading(value: try read(setting, envelope), setting: setting))
            } catch {
                // The one that got furthest says most about what the file is.
                let reach = (error as? SSZError)?.offset ?? (error as? JSONError)?.offset ?? 0
                if failure.map({ reach > $0.reach }) ?? true { failure = (reach, setting, error) }
            }
        }
        if readings.isEmpty {
            throw ContainerFileError.malformed(
                path: path,
                type: "\(type)",
                setting: failure?.setting.description ?? "no fork",
                problem: failure.map { "\($0.error)" } ?? "no fork has this type"
            )
        }
        return readings
    }

    private func read(_ setting: ContainerRules.Setting, _ envelope: JSONEnvelope?) throws -> any SSZContainer {
        guard isJSON else { return try type.decode(bytes, in: setting.context) }
        var reader = JSONReader(bytes, from: envelope?.dataOffset ?? 0)
        let value = try type.readJSON(&reader, .plain, in: setting.context)
        if envelope == nil { try reader.finish() }
        return value
    }

    /// The one way to read the file; throws where there are several, and they do not come to the same.
    ///
    /// - Parameters:
    ///   - aspect: what of the value is asked for: other differences do not matter.
    func reading<Aspect: Equatable>(_ rules: ContainerRules, by aspect: (Reading) -> Aspect) throws -> Reading {
        let readings = try readings(rules)
        guard readings.count > 1 else { return readings[0] }
        let first = aspect(readings[0])
        let others = readings.dropFirst().filter { aspect($0) != first }
        guard others.isEmpty else {
            throw ContainerFileError.ambiguous(
                path: path,
                type: "\(type)",
                settings: readings.map(\.setting.description)
            )
        }
        return readings[0]
    }
}

extension ContainerFile {
    /// Puts a container's SSZ in the place of a file, compressed where its name ends in `_snappy`.
    static func write(_ ssz: [UInt8], to path: String) throws {
        let stored = path.hasSuffix("_snappy") ? try Snappy.compress(ssz) : ssz
        do {
            try Data(stored).write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            throw ContainerFileError.unreadable(
                path: path,
                problem: "cannot be written: \(error.localizedDescription)"
            )
        }
    }
}

/// Why a file is not the container it was said to be.
enum ContainerFileError: Error, Hashable, CustomStringConvertible {
    case unreadable(path: String, problem: String)
    case malformed(path: String, type: String, setting: String, problem: String)
    case ambiguous(path: String, type: String, settings: [String])

    var description: String {
        switch self {
        case .unreadable(let path, let problem): "\(path): \(problem)"
        case .malformed(let path, let type, let setting, let problem):
            "\(path): expected a \(type) (\(setting)), got other bytes: \(problem)"
        case .ambiguous(let path, let type, let settings):
            "\(path): may be a \(type) of \(settings.joined(separator: "; ")): say --fork, --preset or --network"
        }
    }
}
