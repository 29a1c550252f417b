/// A rule that a gossip message breaks.
///
/// Named as the reference vectors name the reason, in camel case: that is how a runner tells that the right rule spoke.
/// A rule that several topics share stands with the first of them. Whether breaking it is ignored or rejected is said
/// by the `GossipVerdict`: some rules are the sender's fault in one topic and nobody's in another.
public enum GossipRule: String, CaseIterable, Hashable, Sendable, CustomStringConvertible {
    // What comes before the rules of the specs, and what this node cannot judge.
    case forkHasNoSuchTopic
    case headStateIsNotAvailable
    case shufflingIsNotAvailable
    case messageIsMalformed
    case messageIsKnown
    case nodeCannotJudge

    // beacon_block
    case blockIsNotTheFirstValidBlockForThisSlotAndProposer
    case blockIsFromAFutureSlot
    case blockIsNotFromASlotGreaterThanTheLatestFinalizedSlot
    case blocksParentHasNotBeenSeen
    case blocksParentIsInvalid
    case proposerIndexOutOfRange
    case invalidProposerSignature
    case blockIsNotFromAHigherSlotThanItsParent
    case finalizedCheckpointIsNotAnAncestorOfBlock
    case blockProposerIndexDoesNotMatchExpectedProposer
    case blocksParentIsInvalidAndItsPayloadIsOptimistic
    case blocksParentIsInvalidAndItsPayloadIsProcessed
    case blocksParentIsInvalidAndExecutionIsNotEnabled
    case incorrectExecutionPayloadTimestamp
    case blocksParentIsValidAndItsPayloadIsInvalid
    case tooManyBlobKzgCommitments
    case parentPayloadIsNotVerified
    case bidsParentDoesNotEqualBlocksParent
    case bidDoesNotBuildOnTheParentsExecutionHead

    // beacon_aggregate_and_proof
    case alreadySeenAggregateForThisData
    case alreadySeenAggregateForThisEpochAndAggregator
    case blockBeingVotedForHasNotBeenSeen
    case blockBeingVotedForFailedValidation
    case committeeIndexOutOfRange
    case attestationSlotNotWithinPropagationRange
    case attestationEpochDoesNotMatchTargetEpoch
    case aggregationBitsLengthDoesNotMatchCommitteeSize
    case aggregateHasNoParticipants
    case validatorIsNotSelectedAsAggregator
    case aggregatorIsNotAMemberOfTheCommittee
    case invalidSelectionProofSignature
    case invalidAggregatorSignature
    case invalidAggregateSignature
    case targetBlockIsNotAnAncestorOfLmdVoteBlock
    case aggregateSlotIsFromAFutureSlot
    case aggregateEpochIsNotCurrentOrPreviousEpoch
    case aggregateDataIndexIsNonZero
    case aggregateCommitteeBitsMustSpecifyExactlyOneCommittee
    case aggregateDataIndexMustBe0Or1

    // voluntary_exit
    case alreadySeenVoluntaryExitForThisValidator
    case voluntaryExitEpochIsInTheFuture
    case validatorIndexOutOfRange
    case validatorHasAlreadyInitiatedExit
    case validatorIsNotActive
    case validatorHasNotBeenActiveLongEnough
    case invalidVoluntaryExitSignature

    // proposer_slashing
    case alreadySeenProposerSlashingForThisProposer
    case headerSlotsDoNotMatch
    case headerProposerIndicesDoNotMatch
    case headersAreNotDifferent
    case proposerIsNotSlashable
    case invalidProposerSlashingSignature

    // attester_slashing
    case allAttesterSlashingIndicesAlreadySeen
    case attestationDataIsNotSlashable
    case validatorIndexOutOfRangeInIndexedAttestation1
    case invalidIndexedAttestation1
    case validatorIndexOutOfRangeInIndexedAttestation2
    case invalidIndexedAttestation2
    case noSlashableValidatorsInIntersection

    // beacon_attestation_{subnet_id}
    case attestationIsForWrongSubnet
    case attestationIsNotUnaggregated
    case alreadySeenAttestationForThisEpochAndValidator
    case invalidAttestationSignature
    case attestationSlotIsFromAFutureSlot
    case attestationEpochIsNotCurrentOrPreviousEpoch
    case attestationDataIndexIsNonZero
    case attesterIsNotAMemberOfTheCommittee
    case attestationDataIndexMustBe0Or1

    // sync_committee_contribution_and_proof
    case alreadySeenContributionForThisData
    case alreadySeenContributionFromThisAggregator
    case contributionIsNotForTheCurrentSlot
    case subcommitteeIndexOutOfRange
    case contributionHasNoParticipants
    case aggregatorIndexOutOfRange

    // sync_committee_{subnet_id}
    case alreadySeenMessageFromThisValidatorForThisSlotAndSubnet
    case messageIsNotForTheCurrentSlot
    case subnetIdIsNotValidForTheValidator
    case invalidSyncCommitteeMessageSignature

    // bls_to_execution_change
    case alreadySeenBlsToExecutionChangeForThisValidator
    case currentEpochIsPreCapella
    case validatorDoesNotHaveBlsWithdrawalCredentials
    case pubkeyDoesNotMatchValidatorWithdrawalCredentials
    case invalidBlsToExecutionChangeSignature

    // blob_sidecar_{subnet_id}
    case alreadySeenBlobSidecarFromThisProposerForThisSlotAndIndex
    case blobIndexOutOfRange
    case blobSidecarIsForWrongSubnet
    case blobSidecarIsFromAFutureSlot
    case blobSidecarIsNotFromASlotGreaterThanTheLatestFinalizedSlot
    case blobSidecarsParentHasNotBeenSeen
    case blobSidecarsParentFailedValidation
    case invalidProposerSignatureOnBlobSidecarBlockHeader
    case blobSidecarIsNotFromAHigherSlotThanItsParent
    case finalizedCheckpointIsNotAnAncestorOfBlobSidecarsBlock
    case invalidBlobSidecarInclusionProof
    case invalidBlobKzgProof
    case blobSidecarProposerIndexDoesNotMatchExpectedProposer

    // data_column_sidecar_{subnet_id}
    case alreadySeenSidecarFromThisProposerForThisSlotAndIndex
    case invalidSidecar
    case sidecarIsForWrongSubnet
    case sidecarIsFromAFutureSlot
    case sidecarIsNotFromASlotGreaterThanTheLatestFinalizedSlot
    case sidecarsParentHasNotBeenSeen
    case sidecarsParentFailedValidation
    case invalidProposerSignatureOnSidecarBlockHeader
    case sidecarIsNotFromAHigherSlotThanItsParent
    case finalizedCheckpointIsNotAnAncestorOfSidecarsBlock
    case invalidSidecarInclusionProof
    case invalidSidecarKzgProofs
    case sidecarProposerIndexDoesNotMatchExpectedProposer
    case alreadySeenSidecarForThisBlockRootAndIndex
    case blockForSidecarsBeaconBlockRootHasNotBeenSeen
    case blockForSidecarsBeaconBlockRootFailedValidation
    case sidecarsSlotDoesNotMatchBlocksSlot

    // partial columns
    case partialMessageIsSemanticallyEmpty
    case numberOfCellsDoesNotMatchNumberOfSetBits
    case numberOfProofsDoesNotMatchNumberOfSetBits
    case headerDiffersFromPreviouslyValidatedHeader
    case headersBlockRootDoesNotMatchGroupIdsBlockRoot
    case headersKzgCommitmentsIsEmpty
    case headerIsFromAFutureSlot
    case headerIsNotFromASlotGreaterThanTheLatestFinalizedSlot
    case headersParentHasNotBeenSeen
    case headersParentFailedValidation
    case invalidProposerSignatureOnHeader
    case headerIsNotFromAHigherSlotThanItsParent
    case finalizedCheckpointIsNotAnAncestorOfHeadersBlock
    case invalidHeaderInclusionProof
    case headerProposerIndexDoesNotMatchExpectedProposer
    case validCorrespondingHeaderHasNotBeenSeen
    case correspondingHeaderIsFromAFutureSlot
    case correspondingHeaderIsNotFromASlotGreaterThanTheLatestFinalizedSlot
    case bitmapLengthDoesNotMatchCommitmentsLength
    case groupIdsBlockHasNotBeenSeen
    case groupIdsBlockFailedValidation
    case groupIdsSlotDoesNotMatchTheBlocksSlot

    // payload a vote speaks of (gloas)
    case sameSlotAttestationMustAttestWithIndex0
    case executionPayloadEnvelopeHasNotBeenSeen
    case attestedPayloadIsOptimistic
    case attestedPayloadIsInvalid

    // operations of a block (gloas)
    case tooManyProposerSlashings
    case tooManyAttesterSlashings
    case tooManyAttestations
    case blockMustNotContainDeposits
    case tooManyVoluntaryExits
    case tooManyBlsToExecutionChanges
    case tooManyPayloadAttestations

    // execution requests (gloas)
    case tooManyWithdrawalRequests
    case tooManyConsolidationRequests
    case tooManyBuilderDepositRequests
    case tooManyBuilderExitRequests

    // execution_payload
    case alreadySeenEnvelopeForThisBlockRootFromThisBuilder
    case envelopesBlockHasNotBeenSeen
    case envelopesBlockFailedValidation
    case envelopeIsFromASlotBeforeTheLatestFinalizedSlot
    case blocksSlotDoesNotMatchPayloadsSlotNumber
    case envelopesBuilderIndexDoesNotMatchTheBidsBuilderIndex
    case payloadsBlockHashDoesNotMatchTheBidsBlockHash
    case envelopesExecutionRequestsRootDoesNotMatchTheBids
    case tooManyWithdrawals
    case invalidEnvelopeSignature

    // payload_attestation_message
    case payloadAttestationsSlotIsPreGloas
    case alreadySeenPayloadAttestationFromThisValidator
    case payloadAttestationIsNotForTheCurrentSlot
    case payloadAttestationsBlockHasNotBeenSeen
    case payloadAttestationsBlockFailedValidation
    case payloadAttestationsBlockIsNotAtTheAssignedSlot
    case validatorIsNotInThePayloadTimelinessCommittee
    case invalidPayloadAttestationSignature

    // execution_payload_bid
    case alreadySeenValidBidForThisSlotParentAndBuilder
    case bidIsNotTheHighestValueBidSeenForThisSlotAndParent
    case bidsSlotIsNotTheCurrentOrNextSlot
    case bidsExecutionPaymentMustBeZero
    case bidsBlockHashEqualsItsParentBlockHash
    case bidsParentBlockRootIsNotAKnownBeaconBlock
    case bidsSlotIsNotHigherThanItsParentsSlot
    case bidsParentBlockPostStateIsUnavailable
    case bidsSlotIsPastTheParentsProposerLookahead
    case matchingProposerPreferencesHaveNotBeenSeen
    case bidsFeeRecipientDoesNotMatchTheProposersPreference
    case bidsParentBlockHashIsNotAKnownExecutionPayload
    case bidsGasLimitIsNotCompatibleWithTheProposersTarget
    case bidIsNotCompatibleWithTheCurrentHeadBranch
    case bidsPreviousRandaoIsIncorrect
    case builderIndexOutOfRange
    case builderIsNotAPayloadBuilder
    case builderIsNotActive
    case builderCannotCoverBidValue
    case builderMayExit
    case invalidBidSignature
    case bidsInclusionListBitsIsNotInclusive

    // proposer_preferences
    case alreadySeenPreferencesForThisDependentRootAndProposalSlot
    case proposalEpochIsPreGloas
    case proposalSlotHasAlreadyStarted
    case proposerForTheProposalSlotIsNotYetKnown
    case dependentBlockHasNotBeenSeen
    case dependentBlockFailedValidation
    case dependentBlockIsAfterTheShufflingDependentSlot
    case dependentBlockIsNotAPossibleDependentBlock
    case validatorIsNotTheProposerForTheGivenSlot
    case invalidProposerPreferencesSignature

    // inclusion_list
    case alreadySeenTwoValidInclusionListsFromThisValidator
    case inclusionListIsNotForTheCurrentSlot
    case inclusionListContainsNoTransactions
    case inclusionListTransactionsExceedTheMaximumSize
    case inclusionListContainsAnEmptyTransaction
    case includerIsNotAMemberOfTheCommittee
    case invalidInclusionListSignature

    /// The name in words: `block is from a future slot`.
    public var description: String {
        rawValue.reduce(into: "") { text, letter in
            let startsWord = letter.isUppercase || (letter.isNumber && text.last?.isNumber == false)
            if startsWord { text.append(" ") }
            text.append(contentsOf: letter.lowercased())
        }
    }
}
