internal import CMicroHTTPD
internal import Concurrency

/// One request on its way from the library's thread to a task and back.
///
/// The library owns the connection; while the answer is made the connection is suspended, and each suspension is
/// ended by exactly one `finish`.
final class HTTPExchange: Sendable {
    private enum Phase {
        /// Headers are here; the library will call once more.
        case begun
        /// Suspended; a task makes the answer.
        case waiting
        case answered(HTTPResponse)
    }

    let request: HTTPRequest
    /// The address of the library's connection, valid while the request is not completed.
    private let connection: UInt
    private let phase = Guarded(Phase.begun)

    init(_ request: HTTPRequest, connection: OpaquePointer) {
        self.request = request
        self.connection = UInt(bitPattern: connection)
    }

    /// The answer, once there is one.
    var response: HTTPResponse? {
        phase.withLock { if case .answered(let response) = $0 { response } else { nil } }
    }

    /// Suspends the connection; only on the library's thread.
    func suspend() {
        phase.withLock { $0 = .waiting }
        MHD_suspend_connection(OpaquePointer(bitPattern: connection))
    }

    /// Gives the answer and lets the connection go on; a second answer is dropped.
    func finish(_ response: HTTPResponse) {
        let isFirst = phase.withLock { phase in
            guard case .waiting = phase else { return false }
            phase = .answered(response)
            return true
        }
        if isFirst { MHD_resume_connection(OpaquePointer(bitPattern: connection)) }
    }
}
