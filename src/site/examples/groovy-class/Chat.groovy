package example

import groovy.transform.CompileStatic
import io.vertx.core.Future
import io.vertx.core.VerticleBase
import io.vertx.core.eventbus.Message
import io.vertx.core.json.JsonObject

/** A room. Clients of a service endpoint send text; "/nick NAME" changes the name. */
@CompileStatic
class Chat extends VerticleBase {
  private final Map<String, String> members = [:]  // names, by session

  @Override
  Future<?> start() {
    vertx.eventBus().<Object> localConsumer('example.chat') { Message<Object> m -> hear(m) }.completion()
  }

  private void hear(Message<Object> message) {
    String session = message.headers().get('session')
    String event = message.headers().get('event')
    if (event == 'close') {
      leave(session)
    } else if (!members.containsKey(session)) {
      members[session] = 'guest-' + session.take(8)
      tell('notification', members[session], "${members[session]} has joined")
    }
    try {
      if (event == 'message') {
        say(session, message.body())
      }
      message.reply(null)
    } catch (IllegalArgumentException refused) {
      message.fail(400, refused.message)
    } catch (IllegalStateException taken) {
      message.fail(409, taken.message)
    }
  }

  private void say(String session, Object body) {
    String text = body instanceof String ? body : ''
    if (text.isBlank() || text.length() > 1000) {
      throw new IllegalArgumentException('a message is text of 1 to 1000 characters')
    }
    if (text.startsWith('/nick ')) {
      rename(session, text.substring(6).trim())
    } else {
      tell('message', members[session], text)
    }
  }

  private void rename(String session, String name) {
    if (!(name ==~ /\w{1,20}/)) {
      throw new IllegalArgumentException('a nickname is 1 to 20 letters and digits')
    }
    if (members.containsValue(name)) {
      throw new IllegalStateException('taken')
    }
    String before = members.put(session, name)
    tell('nick_update', name, "$before is now $name")
  }

  private void leave(String session) {
    String name = members.remove(session)
    if (name) {
      tell('notification', name, "$name has left")
    }
  }

  private void tell(String type, String nickname, CharSequence message) {
    JsonObject told = new JsonObject().put('type', type).put('nickname', nickname)
    vertx.eventBus().publish('example.room', told.put('message', message.toString()))
  }
}
