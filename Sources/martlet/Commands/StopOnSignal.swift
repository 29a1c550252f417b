import Dispatch
import Foundation
import Node

/// Asks for a stop when the process is sent a signal; a second one ends the process as usual.
struct StopOnSignal {
    private let sources: [any DispatchSourceSignal]

    init(_ signals: [Int32], _ stop: StopSignal) {
        sources = signals.map { number in
            // The default would end the process before the source is told.
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler {
                stop.request(number == SIGTERM ? "SIGTERM" : "SIGINT")
                signal(number, SIG_DFL)
            }
            source.resume()
            return source
        }
    }

    func cancel() {
        for source in sources { source.cancel() }
    }
}
