import Foundation

/// `kernel-counts DIR`: runs every kernel, those of states and blocks on the stream in DIR, and prints their names.
///
/// Not a command of `martlet`: that starts the threads of an asynchronous program, which valgrind 3.19 cannot follow.
@main
enum KernelCounts {
    static func main() {
        let words = CommandLine.arguments.dropFirst()
        guard let path = words.first, words.count == 1 else {
            fail("usage: kernel-counts DIR", status: 2)
        }
        do {
            var sum: UInt64 = 0
            for kernel in PrimitiveKernels.all + (try ChainKernels(path: path).all) {
                sum &+= try kernel.run()
                print(kernel.name)
            }
            // So that nothing can be left out.
            if sum == .max { print() }
        } catch {
            fail("kernel-counts: \(error)", status: 1)
        }
    }

    private static func fail(_ text: String, status: Int32) -> Never {
        FileHandle.standardError.write(Data((text + "\n").utf8))
        exit(status)
    }
}
