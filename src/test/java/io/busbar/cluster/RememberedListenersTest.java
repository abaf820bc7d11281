package io.busbar.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.spi.cluster.RegistrationInfo;
import io.vertx.core.spi.cluster.RegistrationListener;
import io.vertx.core.spi.cluster.RegistrationUpdateEvent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a bus is told again of who listens, and what it is not. */
final class RememberedListenersTest {
  private static final RegistrationInfo ONE = new RegistrationInfo("one", 1, false);
  private static final RegistrationInfo OTHER = new RegistrationInfo("other", 1, false);

  private final Map<String, List<RegistrationInfo>> there = new HashMap<>();
  private final List<String> told = new ArrayList<>();
  private Runnable meanwhile = () -> {};

  private final RememberedListeners remembered =
      new RememberedListeners(
          new RegistrationListener() {
            @Override
            public void registrationsUpdated(RegistrationUpdateEvent event) {
              told.add(
                  event.address() + event.registrations().stream().map(r -> r.nodeId()).toList());
            }
          },
          () -> {
            Map<String, List<RegistrationInfo>> found = Map.copyOf(there);
            meanwhile.run();
            return found;
          });

  private void asks(String address, RegistrationInfo... answer) {
    remembered.asks(address, (registrations, failure) -> {}).complete(List.of(answer), null);
  }

  private void change(String address, RegistrationInfo... now) {
    there.put(address, List.of(now));
    remembered.registrationsUpdated(new RegistrationUpdateEvent(address, List.of(now)));
  }

  @Test
  void whatItRemembersIsToldAgain() {
    asks("a", ONE);
    asks("b", ONE);
    asks("nobody");
    there.put("a", List.of(ONE, OTHER));
    there.put("never asked", List.of(ONE));

    remembered.registrationsLost();

    assertThat(told).containsExactlyInAnyOrder("a[one, other]", "b[]");
    told.clear();
    remembered.registrationsLost();
    assertThat(told).containsExactly("a[one, other]");
  }

  @Test
  void whatItHearsMeanwhileIsNewer() {
    asks("a", ONE);
    asks("b", ONE);
    there.put("a", List.of(ONE));
    there.put("b", List.of(ONE));
    meanwhile = () -> change("a", ONE, OTHER);

    remembered.registrationsLost();

    assertThat(told).containsExactly("a[one, other]", "b[one]");
  }

  @Test
  void whatItAsksForMeanwhileIsNewer() {
    asks("a", ONE);
    there.put("a", List.of(ONE));
    meanwhile =
        () -> {
          change("a");
          asks("a", OTHER);
        };

    remembered.registrationsLost();

    // Else whoever is the only one to listen now would hear nothing.
    assertThat(told).containsExactly("a[]");
  }

  @Test
  void anAnswerThatFailedIsNotRemembered() {
    remembered
        .asks("a", (registrations, failure) -> {})
        .complete(null, new IllegalStateException("cut off"));
    there.put("a", List.of(ONE));

    remembered.registrationsLost();

    assertThat(told).isEmpty();
  }
}
