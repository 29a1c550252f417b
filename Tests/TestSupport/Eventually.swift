/// Yields until `condition` holds; `false` when it does not within a minute.
///
/// Gives way instead of sleeping, so it costs no time when the condition is about to hold.
package func eventually(_ condition: () -> Bool) async -> Bool {
    let end = ContinuousClock.now + .seconds(60)
    while !condition() {
        if ContinuousClock.now > end { return false }
        await Task.yield()
    }
    return true
}
