package example

import io.vertx.core.Future
import io.vertx.core.VerticleBase
import io.vertx.core.eventbus.Message
import io.vertx.core.json.JsonObject

/** A room. Clients of a service endpoint send text; "/nick NAME" changes the name. */
class Chat : VerticleBase() {
  private class Refused(val code: Int, override val message: String) : Exception(message)

  private val members = HashMap<String, String>() // names, by session

  override fun start(): Future<*> =
      vertx.eventBus().localConsumer<Any>("example.chat", ::hear).completion()

  private fun hear(message: Message<Any>) {
    val session = message.headers()["session"]
    val event = message.headers()["event"]
    try {
      if (event == "close") leave(session) else join(session)
      if (event == "message") say(session, message.body())
      message.reply(null)
    } catch (e: Refused) {
      message.fail(e.code, e.message)
    }
  }

  private fun join(session: String) {
    if (session !in members) {
      val name = "guest-" + session.take(8)
      members[session] = name
      tell("notification", name, "$name has joined")
    }
  }

  private fun leave(session: String) {
    members.remove(session)?.let { tell("notification", it, "$it has left") }
  }

  private fun say(session: String, text: Any?) {
    if (text !is String || text.isBlank() || text.length > 1000) {
      throw Refused(400, "a message is text of 1 to 1000 characters")
    }
    if (text.startsWith("/nick ")) rename(session, text.substring(6).trim())
    else tell("message", members.getValue(session), text)
  }

  private fun rename(session: String, name: String) {
    if (!Regex("\\w{1,20}").matches(name)) {
      throw Refused(400, "a nickname is 1 to 20 letters and digits")
    }
    if (name in members.values) throw Refused(409, "taken")
    val before = members.put(session, name)
    tell("nick_update", name, "$before is now $name")
  }

  private fun tell(type: String, nickname: String, message: String) {
    val told = JsonObject().put("type", type).put("nickname", nickname).put("message", message)
    vertx.eventBus().publish("example.room", told)
  }
}
