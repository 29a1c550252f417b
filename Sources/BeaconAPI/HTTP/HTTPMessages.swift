/// A request as the routes see it.
public struct HTTPRequest: Hashable, Sendable {
    public var method: String
    /// The path, percent signs resolved, without a query.
    public var path: String

    public init(method: String = "GET", path: String) {
        self.method = method
        self.path = path
    }
}

/// What is answered.
public struct HTTPResponse: Hashable, Sendable {
    public var status: UInt32
    public var contentType: String
    public var body: [UInt8]
    /// What follows `body`, made while it is sent.
    public var pieces: HTTPPieces?

    public init(status: UInt32 = 200, contentType: String, body: [UInt8], pieces: HTTPPieces? = nil) {
        self.status = status
        self.contentType = contentType
        self.body = body
        self.pieces = pieces
    }

    public static func text(_ text: String, status: UInt32 = 200) -> HTTPResponse {
        HTTPResponse(status: status, contentType: "text/plain; charset=utf-8", body: Array(text.utf8))
    }

    /// An error in the shape that the Beacon API gives errors.
    public static func error(_ status: UInt32, _ message: String) -> HTTPResponse {
        let body = try? AnswerCoding.encode(ErrorAnswer(code: status, message: message))
        return HTTPResponse(status: status, contentType: "application/json", body: body ?? [])
    }

    private struct ErrorAnswer: Encodable {
        let code: UInt32
        let message: String
    }
}
