import ConsensusTypes
import GossipValidation
import Hashing
import SSZ
import YAML

extension NetworkingReplay {
    /// Calls the rules of the topic that the message's file is named after.
    mutating func validate(_ name: String, _ message: YAMLNode, _ judge: GossipJudge) throws -> GossipVerdict {
        // The topic's own name, then the message's root.
        guard let end = name.lastIndex(of: "_") else { throw Mismatch("message", expected: "name_root", got: name) }
        let subnet = { try message.member("subnet_id").int }
        switch String(name[..<end]) {
        case "block": return judge.validateBeaconBlock(try read(name), seen: &seen)
        case "aggregate": return judge.validateBeaconAggregateAndProof(try read(name), seen: &seen)
        case "attestation":
            let vote: Attestation = try read(name)
            return judge.validateBeaconAttestation(vote, subnet: try subnet(), seen: &seen)
        case "single_attestation":
            let vote: SingleAttestation = try read(name)
            return judge.validateBeaconAttestation(vote, subnet: try subnet(), seen: &seen)
        case "voluntary_exit": return judge.validateVoluntaryExit(try read(name), seen: &seen)
        case "proposer_slashing": return judge.validateProposerSlashing(try read(name), seen: &seen)
        case "attester_slashing": return judge.validateAttesterSlashing(try read(name), seen: &seen)
        case "contribution": return judge.validateSyncCommitteeContribution(try read(name), seen: &seen)
        case "sync_committee_message":
            return judge.validateSyncCommitteeMessage(try read(name), subnet: try subnet(), seen: &seen)
        case "bls_to_execution_change": return judge.validateBLSToExecutionChange(try read(name), seen: &seen)
        case "blob_sidecar":
            return judge.validateBlobSidecar(
                try read(name),
                subnet: try subnet(),
                kzg: try publishedSettings.get(),
                seen: &seen
            )
        case "data_column_sidecar":
            return judge.validateDataColumnSidecar(
                try read(name),
                subnet: try subnet(),
                kzg: try publishedSettings.get(),
                seen: &seen
            )
        case "partial_data_column_sidecar":
            return judge.validatePartialDataColumnSidecar(
                try read(name),
                group: try read(try message.member("group_id").string),
                column: try message.member("column_index").int,
                kzg: try publishedSettings.get(),
                seen: &seen
            )
        case "execution_payload_envelope":
            return judge.validateExecutionPayloadEnvelope(try read(name), seen: &seen)
        case "payload_attestation_message":
            return judge.validatePayloadAttestationMessage(try read(name), seen: &seen)
        case "execution_payload_bid": return judge.validateExecutionPayloadBid(try read(name), seen: &seen)
        case "proposer_preferences": return judge.validateProposerPreferences(try read(name), seen: &seen)
        case "inclusion_list":
            let signed: SignedInclusionList = try read(name)
            let verdict = judge.validateInclusionList(signed, seen: &seen)
            // Fork choice takes in what gossip accepts.
            if verdict == .accept { chain.include(signed.message) }
            return verdict
        default: throw Mismatch("message", expected: "one of a known topic", got: name)
        }
    }

    private func read<Message: SSZContainer>(_ name: String) throws -> Message {
        try Message.decode(try files.ssz(name), in: context)
    }
}
