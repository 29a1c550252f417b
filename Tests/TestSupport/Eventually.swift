/// Yields until `condition` holds; `false` when it does not within ten minutes.
///
/// Gives way instead of sleeping, so it costs no time when the condition is about to hold. That it comes to hold is what
/// a test asks for, not how soon: the end is far away, so that only what never comes is missed, however busy the machine.
package func eventually(_ condition: () -> Bool) async -> Bool {
    let end = ContinuousClock.now + .seconds(600)
    while !condition() {
        if ContinuousClock.now > end { return false }
        await Task.yield()
    }
    return true
}
