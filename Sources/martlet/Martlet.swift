import Conformance
import Foundation

@main
struct Martlet {
    static func main() {
        let arguments = CommandLine.arguments.dropFirst()
        switch arguments.first {
        case "conformance": exit(ConformanceCommand.run(Array(arguments.dropFirst())))
        default: print("usage: martlet conformance")
        }
    }
}
