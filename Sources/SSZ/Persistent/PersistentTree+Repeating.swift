extension PersistentTree {
    /// Appends whole chunks that are all `chunk`, within one segment; all nodes of a level are one.
    ///
    /// Their roots are computed at once, so that nobody hashes one node many times. The list must end where a segment starts.
    mutating func appendRepeating(
        _ chunk: PersistentNode,
        chunks: Int,
        by elementRoots: PersistentNode.ElementRoots
    ) {
        let (segment, start) = layout.locate(count, leafShift: format.leafShift)
        var full = [chunk]
        var chunksBelow = 1
        while chunksBelow * PersistentFormat.fan <= chunks, let last = full.last {
            _ = last.root(height: format.height(level: last.level), by: elementRoots)
            full.append(
                PersistentNode(
                    level: last.level + 1,
                    children: repeatElement(last, count: PersistentFormat.fan),
                    format
                )
            )
            chunksBelow *= PersistentFormat.fan
        }
        if let last = full.last { _ = last.root(height: format.height(level: last.level), by: elementRoots) }
        var added = 0
        while added < chunks {
            // The biggest node that fits the rest and starts at a multiple of its own size.
            var level = full.count - 1
            while level > 0, chunks - added < 1 << (PersistentFormat.fanShift * level) { level -= 1 }
            insert(full[level], segment: segment, offset: count - start)
            let size = 1 << (PersistentFormat.fanShift * level)
            added += size
            count += size << format.chunkShift
        }
        // The top has to keep the root of the whole tree, not the one of its level.
        PersistentNode.own(&segments[segment])
    }
}
