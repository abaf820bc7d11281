package io.busbar.cluster;

import com.hazelcast.config.ClasspathXmlConfig;
import com.hazelcast.config.Config;
import com.hazelcast.config.FileSystemXmlConfig;
import com.hazelcast.config.InvalidConfigurationException;
import io.busbar.config.Config.Cluster;
import io.busbar.config.Home;
import io.vertx.core.spi.cluster.ClusterManager;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import java.io.FileNotFoundException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Joins this node to the others, as Hazelcast's file says. */
public final class HazelcastCluster {
  private static final String IN_THE_JAR = "cluster.xml";

  // Held, because java.util.logging forgets the level of a logger that nobody holds.
  private static final Logger CP_SUBSYSTEM = Logger.getLogger("com.hazelcast.cp.CPSubsystem");

  private HazelcastCluster() {}

  /**
   * A manager for a clustered Vert.x.
   *
   * @throws IllegalArgumentException when the file is missing or wrong, with words for people
   */
  public static ClusterManager manager(Cluster cluster) {
    System.setProperty("hazelcast.logging.type", "jdk");
    // Vert.x asks for the subsystem's counters and locks, and Hazelcast warns that three nodes in
    // agreement would be safer. That is for an operator of three nodes to decide, not to read.
    CP_SUBSYSTEM.setLevel(Level.SEVERE);
    return new HazelcastClusterManager(config(cluster.file()));
  }

  private static Config config(String file) {
    Optional<Path> found = Home.find(file);
    try {
      if (found.isPresent()) {
        return new FileSystemXmlConfig(found.get().toFile());
      }
      if (file.equals(IN_THE_JAR)) {
        return new ClasspathXmlConfig(IN_THE_JAR);
      }
      throw new IllegalArgumentException("cluster.file " + file + ": there is no such file");
    } catch (FileNotFoundException e) {
      throw new IllegalArgumentException("cluster.file " + file + ": cannot be read", e);
    } catch (InvalidConfigurationException e) {
      throw new IllegalArgumentException("cluster.file " + file + ": " + e.getMessage(), e);
    }
  }
}
