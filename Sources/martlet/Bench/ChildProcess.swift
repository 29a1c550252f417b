import Glibc

/// A program that runs beside this one, on some of its cores.
enum ChildProcess {
    /// Runs a program to its end; what it prints goes nowhere.
    ///
    /// Blocks, and holds the calling thread to the cores meanwhile, as a program is given those of the thread that
    /// starts it: for a thread of one's own.
    ///
    /// - Returns: its exit status, or 128 and the signal that ended it.
    static func run(_ program: String, _ words: [String], cores: [Int]) throws(ChildProcessError) -> Int32 {
        let before = CoreSet.available
        guard !before.isEmpty, CoreSet.hold(to: cores) else { throw .cores(cores) }
        defer { _ = CoreSet.hold(to: before) }
        let pid = try start(program, words)
        var status: Int32 = 0
        while waitpid(pid, &status, 0) < 0 {
            guard errno == EINTR else { throw .wait(code: errno) }
        }
        let signal = status & 0x7f
        return signal == 0 ? status >> 8 & 0xff : 128 + signal
    }

    private static func start(_ program: String, _ words: [String]) throws(ChildProcessError) -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        for descriptor in [1, 2] as [Int32] {
            posix_spawn_file_actions_addopen(&actions, descriptor, "/dev/null", O_WRONLY, 0)
        }
        var arguments: [UnsafeMutablePointer<CChar>?] = ([program] + words).map { strdup($0) }
        arguments.append(nil)
        defer { for argument in arguments { free(argument) } }
        var pid: pid_t = 0
        let code = posix_spawn(&pid, program, &actions, nil, arguments, environ)
        guard code == 0 else { throw .start(program, code: code) }
        return pid
    }
}

/// Why a program could not be run.
enum ChildProcessError: Error, CustomStringConvertible {
    case cores([Int])
    case start(String, code: Int32)
    case wait(code: Int32)

    var description: String {
        switch self {
        case .cores(let cores): "cores \(cores): not to be had"
        case .start(let program, let code): "\(program): not started: error \(code)"
        case .wait(let code): "a program was started and not waited for: error \(code)"
        }
    }
}
