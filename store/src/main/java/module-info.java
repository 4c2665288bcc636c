import io.sennit.core.spi.LeadershipProvider;
import io.sennit.core.spi.StoreProvider;
import io.sennit.store.FileLeadership;
import io.sennit.store.SqliteStores;
import org.jspecify.annotations.NullMarked;

/** The durable store behind core, on SQLite, and leadership by file lock. */
@NullMarked
module io.sennit.store {
  requires transitive io.sennit.core;
  requires java.sql;
  requires org.xerial.sqlitejdbc;

  exports io.sennit.store;

  provides StoreProvider with
      SqliteStores;
  provides LeadershipProvider with
      FileLeadership;
}
