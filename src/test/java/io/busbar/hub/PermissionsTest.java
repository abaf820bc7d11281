package io.busbar.hub;

import static org.assertj.core.api.Assertions.assertThat;

import io.busbar.config.Action;
import io.busbar.config.Permission;
import io.busbar.config.WorkerConfig;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Tests of the meaning of a list of rules. */
final class PermissionsTest {
  private static final Principal ANN = new Principal("ann", Set.of("trader"), Principal.NEVER);

  private static Permission deny(String address) {
    List<Action> all = List.of(Action.values());
    return new Permission(address, null, all, null, null, null, null, null);
  }

  private static Permission forUser(String address) {
    List<Action> allow = List.of(Action.SUBSCRIBE, Action.PUBLISH);
    return new Permission(address, allow, null, null, null, true, null, null);
  }

  private static Permission forRole(String address, String role) {
    List<Action> allow = List.of(Action.SUBSCRIBE);
    return new Permission(address, allow, null, null, role, null, null, null);
  }

  private static Access access(Principal who, Permission... rules) {
    return new Permissions(List.of(rules)).of(who, "bridge");
  }

  private static Principal named(String name) {
    return new Principal(name, Set.of(), Principal.NEVER);
  }

  @Test
  void firstRuleThatNamesTheActionDecides() {
    Access access =
        access(
            Principal.NOBODY,
            Permission.of("a", Action.SUBSCRIBE),
            Permission.of("a", Action.SEND),
            deny("a"),
            Permission.of("a", Action.PUBLISH));
    assertThat(access.toSubscribe("a")).isNull();
    assertThat(access.toTalk(Action.SEND, "a", Payload.text(""))).isNull();
    assertThat(access.toTalk(Action.PUBLISH, "a", Payload.text(""))).isEqualTo(Refusal.REJECTED);
  }

  @Test
  void workerRoleOverridesAllRules() {
    WorkerConfig traders = new WorkerConfig("jobs.a", "trader", null, null, null, null);
    WorkerAddresses workers = new WorkerAddresses(List.of(traders, WorkerConfig.of("jobs.b")));
    List<Permission> rules = List.of(Permission.of("jobs.#", Action.SUBSCRIBE, Action.SEND));
    Permissions all = new Permissions(rules, PresenceChannels.NONE, workers);
    Permissions none = new Permissions(List.of(deny("#")), PresenceChannels.NONE, workers);
    assertThat(none.of(ANN, "bridge").toSubscribe("jobs.a")).isNull();
    assertThat(all.of(named("bob"), "bridge").toSubscribe("jobs.a")).isEqualTo(Refusal.REJECTED);
    Access nobody = all.of(Principal.NOBODY, "bridge");
    assertThat(nobody.toSubscribe("jobs.a")).isEqualTo(Refusal.NOT_LOGGED_IN);
    assertThat(nobody.toSubscribeAll("jobs.a")).isEqualTo(Refusal.NOT_LOGGED_IN);
    assertThat(nobody.toSubscribe("jobs.b")).isNull();
    assertThat(nobody.toSubscribeAll("jobs.#")).isNull();
    assertThat(nobody.toTalk(Action.SEND, "jobs.a", Payload.text(""))).isNull();
    assertThat(all.keepFromAll("jobs.a")).isTrue();
    assertThat(all.keepFromAll("jobs.b")).isFalse();
    assertThat(nobody.explain(Action.SUBSCRIBE, "jobs.a"))
        .isEqualTo("refused by workers[0] jobs.a (role trader)");
  }

  @Test
  void userSubscribesOnlyToItsOwnChannel() {
    Permission rule = forUser("team.{user}");
    assertThat(access(ANN, rule).toSubscribe("team.ann")).isNull();
    assertThat(access(ANN, rule).toSubscribe("team.bob")).isEqualTo(Refusal.ACCESS_DENIED);
    assertThat(access(Principal.NOBODY, rule).toSubscribe("team.{user}")).isNotNull();
  }

  @Test
  void userNameIsNotAPattern() {
    Permission rule = forUser("team.{user}");
    for (String name : List.of("*", "#", "a.#", "{user}")) {
      Access access = access(named(name), rule);
      assertThat(access.toSubscribe("team.ann")).as(name).isEqualTo(Refusal.ACCESS_DENIED);
      assertThat(access.toSubscribeAll("team.*")).as(name).isEqualTo(Refusal.ACCESS_DENIED);
    }
    assertThat(access(named("ann.secret"), rule).toSubscribe("team.ann.secret")).isNotNull();
    assertThat(access(named("ann.secret"), rule).toSubscribe("team.ann%2Esecret")).isNull();
  }

  @Test
  void anonymousClientLearnsWhetherALoginCouldHelp() {
    Permission orders = forRole("orders.#", "trader");
    assertThat(access(Principal.NOBODY, orders).toSubscribe("orders.1"))
        .isEqualTo(Refusal.NOT_LOGGED_IN);
    assertThat(access(named("bob"), orders).toSubscribe("orders.1"))
        .isEqualTo(Refusal.ACCESS_DENIED);
    assertThat(access(ANN, orders).toSubscribe("orders.1")).isNull();
    assertThat(access(Principal.NOBODY, orders).toSubscribe("other"))
        .isEqualTo(Refusal.ACCESS_DENIED);
  }

  @Test
  void patternIsRefusedIfAPartIsForOthersOnly() {
    Permission all = Permission.of("#", Action.SUBSCRIBE);
    for (String secret : List.of("a.secret", "*.secret", "a.#")) {
      Permission others = forRole(secret, "boss");
      assertThat(access(ANN, others, deny(secret), all).toSubscribeAll("a.*"))
          .as(secret)
          .isEqualTo(Refusal.REJECTED);
    }
    Permission elsewhere = forRole("b.#", "boss");
    assertThat(access(ANN, elsewhere, deny("b.#"), all).toSubscribeAll("a.#")).isNull();
    assertThat(access(ANN, all, deny("a.secret")).toSubscribeAll("a.*")).isNull();
    List<Action> listen = List.of(Action.SUBSCRIBE);
    Permission notAnn = new Permission("a.b", null, listen, "ann", null, null, null, null);
    assertThat(access(ANN, notAnn, all).toSubscribeAll("a.*")).isEqualTo(Refusal.REJECTED);
    assertThat(access(named("bob"), notAnn, all).toSubscribeAll("a.*")).isNull();
  }

  @Test
  void patternSkipsWhatNobodyMaySubscribeTo() {
    Permission all = Permission.of("#", Action.SUBSCRIBE);
    Permissions rules = new Permissions(List.of(deny("a.secret"), all, deny("a.late")));
    Access access = rules.of(ANN, "bridge");
    assertThat(access.toSubscribeAll("a.*")).isNull();
    assertThat(access.toSubscribe("a.secret")).isEqualTo(Refusal.REJECTED);
    assertThat(rules.keepFromAll("a.secret")).isTrue();
    assertThat(rules.keepFromAll("a.late")).isFalse();
    assertThat(rules.keepFromAll("a.other")).isFalse();
    assertThat(access(ANN, deny("a.#"), all).toSubscribeAll("a.*")).isEqualTo(Refusal.REJECTED);
    Permission team = forUser("team.{user}");
    assertThat(new Permissions(List.of(team, deny("team.bob"))).keepFromAll("team.bob")).isFalse();
  }

  @Test
  void messageMustMatchTheRule() {
    Map<String, Object> match = Map.of("kind", "bid", "of", Map.of("side", 1));
    List<Action> publish = List.of(Action.PUBLISH);
    Permission rule = new Permission("a", publish, null, null, null, null, null, match);
    Access access = access(ANN, rule);
    JsonObject good = new JsonObject().put("kind", "bid").put("x", 2);
    good.put("of", new JsonObject().put("side", 1).put("more", true));
    assertThat(access.toTalk(Action.PUBLISH, "a", Payload.json(good))).isNull();
    good.getJsonObject("of").put("side", 2);
    assertThat(access.toTalk(Action.PUBLISH, "a", Payload.json(good))).isNotNull();
    assertThat(access.toTalk(Action.PUBLISH, "a", Payload.text("bid"))).isNotNull();
  }

  @Test
  void clientCannotUseInternalAddresses() {
    Access access = access(ANN, Permission.of("#", Action.values()));
    for (String ours : List.of(Hub.SESSIONS_END, "busbar.publications", "__vertx.reply.1")) {
      assertThat(access.toTalk(Action.PUBLISH, ours, Payload.text(""))).isNotNull();
      assertThat(access.toTalk(Action.SEND, ours, Payload.text(""))).isNotNull();
      assertThat(access.toSubscribe(ours)).isNotNull();
    }
  }

  @Test
  void explanationNamesTheRule() {
    Access access = access(ANN, deny("b"), Permission.of("a", Action.SEND));
    assertThat(access.explain(Action.SEND, "a")).isEqualTo("allowed by permissions[1] a");
    assertThat(access.explain(Action.SEND, "b")).isEqualTo("refused by permissions[0] b");
    assertThat(access.explain(Action.SEND, "c")).isEqualTo("refused: no rule decides");
  }
}
