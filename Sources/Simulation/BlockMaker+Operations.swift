internal import BLS
internal import ConsensusTypes
internal import Hashing
internal import SSZ
internal import StateTransition

extension BlockMaker {
    /// What a block carries beside votes: of each kind one, until all are in.
    mutating func addOperations(_ body: inout BeaconBlockBody) throws(TransitionError) {
        if transition.fork < .fulu { addDeposits(&body) }
        addExit(&body)
        addProposerSlashing(&body)
        addAttesterSlashing(&body)
        addCredentialChange(&body)
    }

    /// The next of those set aside for an operation; `nil` when all had their turn.
    private static func take(_ count: inout UInt64, of range: Range<UInt64>, step: UInt64 = 1) -> ValidatorIndex? {
        let next = range.lowerBound + count * step
        guard next < range.upperBound else { return nil }
        count += 1
        return next
    }

    /// As many as the block must bring.
    private func addDeposits(_ body: inout BeaconBlockBody) {
        let taken = Int(transition.state.eth1DepositIndex - simulator.deposits.first)
        let end = min(taken + Int(clamping: preset.maxDeposits), simulator.deposits.inTree)
        body.deposits = (taken..<max(taken, end)).map { simulator.deposits.deposit($0) }
    }

    private mutating func addExit(_ body: inout BeaconBlockBody) {
        guard let index = Self.take(&carried.exits, of: roles.exits) else { return }
        var exit = VoluntaryExit()
        exit.epoch = transition.currentEpoch
        exit.validatorIndex = index
        let domain = simulator.spec.computeDomain(
            .voluntaryExit,
            forkVersion: simulator.spec.config.capellaForkVersion,
            genesisValidatorsRoot: transition.state.genesisValidatorsRoot
        )
        let message = transition.computeSigningRoot(exit, domain)
        body.voluntaryExits = [SignedVoluntaryExit(message: exit, signature: keys.sign(message, by: Signers(index)))]
    }

    /// Two headers of one slot, which nobody but the slashing ever saw.
    private mutating func addProposerSlashing(_ body: inout BeaconBlockBody) {
        guard let index = Self.take(&carried.proposerSlashings, of: roles.proposerSlashings) else { return }
        var chance = Chance(parameters.seed, Purpose.slashing, index)
        let domain = transition.getDomain(.beaconProposer, epoch: transition.computeEpochAtSlot(slot - 1))
        var header = BeaconBlockHeader(
            slot: slot - 1,
            proposerIndex: index,
            parentRoot: chance.root(),
            stateRoot: chance.root(),
            bodyRoot: chance.root()
        )
        func signed(_ header: BeaconBlockHeader) -> SignedBeaconBlockHeader {
            let message = transition.computeSigningRoot(header, domain)
            return SignedBeaconBlockHeader(message: header, signature: keys.sign(message, by: Signers(index)))
        }
        let first = signed(header)
        header.bodyRoot = chance.root()
        body.proposerSlashings = [ProposerSlashing(signedHeader1: first, signedHeader2: signed(header))]
    }

    /// Two votes of a pair of validators: for one epoch, or one around the other.
    private mutating func addAttesterSlashing(_ body: inout BeaconBlockBody) {
        let number = carried.attesterSlashings
        guard let first = Self.take(&carried.attesterSlashings, of: roles.attesterSlashings, step: 2) else { return }
        var chance = Chance(parameters.seed, Purpose.slashing, first)
        let epoch = transition.currentEpoch
        let surrounds = number % 2 == 1 && epoch >= 3
        func vote(_ source: Epoch, _ target: Epoch, _ chance: inout Chance) -> IndexedAttestation {
            let data = AttestationData(
                slot: target * preset.slotsPerEpoch,
                index: 0,
                beaconBlockRoot: chance.root(),
                source: Checkpoint(epoch: source, root: chance.root()),
                target: Checkpoint(epoch: target, root: chance.root())
            )
            var signers = Signers(first)
            signers.add(first + 1)
            let domain = transition.getDomain(.beaconAttester, epoch: target)
            return IndexedAttestation(
                attestingIndices: [first, first + 1],
                data: data,
                signature: keys.sign(transition.computeSigningRoot(data, domain), by: signers)
            )
        }
        let source = epoch < 3 ? 0 : epoch - 3
        let outer = vote(source, epoch, &chance)
        let inner = surrounds ? vote(source + 1, epoch - 1, &chance) : vote(source, epoch, &chance)
        body.attesterSlashings = [AttesterSlashing(attestation1: outer, attestation2: inner)]
    }

    private mutating func addCredentialChange(_ body: inout BeaconBlockBody) {
        guard let index = Self.take(&carried.credentialChanges, of: roles.credentialChanges) else { return }
        let owner = Roles.ownerKey(index)
        let change = BLSToExecutionChange(
            validatorIndex: index,
            fromBlsPubkey: keys.publicKey(owner).compressed,
            toExecutionAddress: Roles.executionAddress(index)
        )
        let domain = simulator.spec.computeDomain(
            .blsToExecutionChange,
            genesisValidatorsRoot: transition.state.genesisValidatorsRoot
        )
        let message = transition.computeSigningRoot(change, domain)
        body.blsToExecutionChanges = [
            SignedBLSToExecutionChange(message: change, signature: keys.sign(message, by: Signers(owner)))
        ]
    }

    // MARK: Requests of the execution layer

    /// What the payload of this block asks for (electra).
    mutating func addRequests(_ requests: inout ExecutionRequests) throws(TransitionError) {
        if let deposit = depositRequest() { requests.deposits = [deposit] }
        if let withdrawal = withdrawalRequest() { requests.withdrawals = [withdrawal] }
        if let consolidation = consolidationRequest() { requests.consolidations = [consolidation] }
        if transition.fork >= .gloas { addBuilderRequests(&requests) }
    }

    /// Those of the tree come first: keys join the registry in order.
    private mutating func depositRequest() -> DepositRequest? {
        let deposits = simulator.deposits
        let place = deposits.inTree + Int(carried.depositRequests)
        let isDrained = transition.state.eth1DepositIndex + preset.maxDeposits >= deposits.count
        guard isDrained || transition.fork >= .fulu, place < deposits.data.count else { return nil }
        carried.depositRequests += 1
        let data = deposits.data[place]
        var request = DepositRequest()
        request.pubkey = data.pubkey
        request.withdrawalCredentials = data.withdrawalCredentials
        request.amount = data.amount
        request.signature = data.signature
        request.index = deposits.first + UInt64(place)
        return request
    }

    private mutating func withdrawalRequest() -> WithdrawalRequest? {
        guard let index = Self.take(&carried.withdrawalRequests, of: roles.withdrawalRequests) else { return nil }
        return WithdrawalRequest(
            sourceAddress: Roles.executionAddress(index),
            validatorPubkey: pubkey(index),
            amount: roles.withdrawsPart(index)
                ? 3 * preset.effectiveBalanceIncrement : Constants.fullExitRequestAmount
        )
    }

    private mutating func consolidationRequest() -> ConsolidationRequest? {
        let number = carried.consolidations
        guard let source = Self.take(&carried.consolidations, of: roles.consolidations, step: 2) else { return nil }
        let target = Roles.switchesToCompounding(number) ? source : source + 1
        return ConsolidationRequest(
            sourceAddress: Roles.executionAddress(source),
            sourcePubkey: pubkey(source),
            targetPubkey: pubkey(target)
        )
    }

    private func pubkey(_ validator: ValidatorIndex) -> BLSPubkey {
        transition.state.validators[Int(validator)].pubkey
    }

    /// Builders join where the anchor has none yet; later the last one leaves.
    private mutating func addBuilderRequests(_ requests: inout ExecutionRequests) {
        let count = UInt64(parameters.builders)
        let joined = parameters.fork >= .gloas ? count : carried.builderDeposits
        if joined < count {
            carried.builderDeposits += 1
            requests.builderDeposits = [builderDeposit(joined)]
        }
        if count > 1, joined == count, carried.gloasBlocks == 2 * preset.slotsPerEpoch {
            requests.builderExits = [
                BuilderExitRequest(
                    sourceAddress: Roles.executionAddress(count - 1),
                    pubkey: keys.publicKey(Roles.builderKey(count - 1)).compressed
                )
            ]
        }
    }

    private func builderDeposit(_ builder: UInt64) -> BuilderDepositRequest {
        let key = Roles.builderKey(builder)
        var message = DepositMessage()
        message.pubkey = keys.publicKey(key).compressed
        message.withdrawalCredentials = Roles.address(builder, prefix: Constants.builderWithdrawalPrefix)
        message.amount = AnchorMaker.builderBalance
        let root = transition.computeSigningRoot(message, simulator.spec.computeDomain(.builderDeposit))
        return BuilderDepositRequest(
            pubkey: message.pubkey,
            withdrawalCredentials: message.withdrawalCredentials,
            amount: message.amount,
            signature: keys.sign(root, by: Signers(key))
        )
    }
}
