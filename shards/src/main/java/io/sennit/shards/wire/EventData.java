package io.sennit.shards.wire;

/** The body of an event of the original protocol, docs/protocol/shards.md §3. */
public sealed interface EventData
    permits IdentifyData,
        IdentifiedData,
        StartShardsData,
        StopShardData,
        PrepareShardmigrationData,
        StartshardMigrationData,
        AllUserDataSentData {}
